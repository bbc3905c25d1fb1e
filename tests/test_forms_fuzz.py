"""Hypothesis over every form: whatever is sent, no crash, and nothing is half saved."""

from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from itsm.access_table import EVERYBODY, TABLE
from tests.test_access import OWN, Walk, parts

EXAMPLES = 20
UNTOUCHED_BY_ROLLBACK = {"audit", "sessions", "axes", "limits"}  # who knocked is written down even when refused
HOSTILE = (
    *("", " ", "\x00", "\u202e", "0", "-1", "9" * 40, "1e999", "NaN", "∞", "true", "null", "[]", "{}", "2026-13-45"),
    *("9999-12-31T23:59", "0001-01-01", "24:00", "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "%(name)s"),
    *(
        "../../etc/passwd",
        "=1+1",
        "字" * 6000,
        "a" * 100_000,
        "👩‍⚕️",
        "\ufffe",
        "२३",
        "00000000-0000-0000-0000-000000000000",
    ),
)
VALUES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.integers(-(2**70), 2**70).map(str),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=3),
    st.binary(max_size=200).map(lambda content: SimpleUploadedFile("x.bin", content)),
)


def posted() -> list[str]:
    """Every address that takes a form."""
    return sorted(name for name in set(TABLE) & set(parts()) if TABLE[name].post)


def prints() -> dict[str, str]:
    """A fingerprint of every table that a form could write."""
    models = [m for m in apps.get_models() if m._meta.app_label not in UNTOUCHED_BY_ROLLBACK and m._meta.managed]
    one = "SELECT '{0}', count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(model._meta.db_table) for model in models))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [table for table in before if before[table] != after[table]]


def mutated(words: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """What is usually sent, with some fields turned hostile, left out or added."""
    sent = dict(words)
    for name in data.draw(st.lists(st.sampled_from(sorted(words) or ["x"]), max_size=4, unique=True)):
        sent[name] = data.draw(VALUES)
    for name in data.draw(st.lists(st.sampled_from(sorted(words) or ["x"]), max_size=2, unique=True)):
        sent.pop(name, None)
    for name in data.draw(st.lists(st.sampled_from(["roles", "state", "id", "version", "by"]), max_size=1)):
        sent[name] = data.draw(VALUES)
    return sent


def a_role_that_may(name: str) -> str:
    """The role with the widest view of those that may send the form."""
    roles = TABLE[name].post.split()
    return next((role for role in ("PM", "DSK", "SYS", "SEC", "HLD") if role in roles), roles[0])


@pytest.mark.django_db
@pytest.mark.parametrize("name", posted())
def test_no_form_crashes_or_saves_a_half(hospital, name):
    walk, role = Walk(name), a_role_that_may(name)
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        with transaction.atomic():
            walk.relate(role)
            words = mutated(walk.words(), data)  # anew each time: a file is read to its end when it is sent
            path, before = walk.path(name, OWN), prints()
            answer = walk.clients[role].post(path, words)
            statuses.add(answer.status_code)
            assert answer.status_code < 500, (words, answer.content[:500])
            if answer.status_code >= 400:
                assert changed(before, prints()) == [], words
            transaction.set_rollback(True)

    send()
    assert statuses <= {200, 201, 202, 204, 302, 400, 403, 404, 409, 413, 422, 429}


def test_every_form_of_the_table_is_fuzzed():
    assert len(posted()) > 25
    assert [name for name in posted() if not set(TABLE[name].post.split()) <= set(EVERYBODY.split())] == []
