"""Idempotency keys: claimed once, answered with the first result, refused for other contents."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from itsm.errors import Conflict
from itsm.submissions import keys
from itsm.submissions.models import Submission
from tests.factories import at

KEY, OTHER = UUID(int=1), UUID(int=2)
BODY = {"name": "护士", "department": 7}
NOW = at("2026-09-24 09:00")


@pytest.mark.django_db
def test_claim_of_a_new_key_is_ours():
    assert keys.claim(KEY, BODY, at=NOW) is None


@pytest.mark.django_db
def test_claim_of_a_used_key_gives_the_first_result():
    keys.claim(KEY, BODY, at=NOW)
    keys.fulfil(KEY, "GD20260924-0001")
    assert keys.claim(KEY, BODY, at=NOW + timedelta(days=1)) == "GD20260924-0001"


@pytest.mark.django_db
def test_claim_with_other_contents_is_a_conflict():
    keys.claim(KEY, BODY, at=NOW)
    with pytest.raises(Conflict):
        keys.claim(KEY, {**BODY, "department": 8}, at=NOW)


@pytest.mark.django_db
def test_claim_of_another_key_with_the_same_contents_is_ours():
    keys.claim(KEY, BODY, at=NOW)
    assert keys.claim(OTHER, BODY, at=NOW) is None


@pytest.mark.django_db
def test_claim_of_a_rolled_back_transaction_frees_the_key():
    with transaction.atomic():
        keys.claim(KEY, BODY, at=NOW)
        transaction.set_rollback(True)
    assert keys.claim(KEY, {"other": 1}, at=NOW) is None


@pytest.mark.django_db
def test_claim_keeps_the_moment_and_the_fingerprint():
    keys.claim(KEY, BODY, at=NOW)
    row = Submission.objects.values_list("key", "fingerprint", "result", "submitted_at").get()
    assert row == (KEY, keys.fingerprint(BODY), "", NOW)


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_fingerprint_does_not_depend_on_the_order(body):
    turned = dict(reversed(body.items()))
    assert keys.fingerprint(turned) == keys.fingerprint(body)


@given(st.text(), st.text())
def test_fingerprint_tells_contents_apart(one, other):
    assert (keys.fingerprint({"text": one}) == keys.fingerprint({"text": other})) == (one == other)
