"""Many guesses at the same moment: not one more than the limit is tried."""

import pytest
from axes.models import AccessAttempt
from django.db.models import Sum
from django.test import Client

from itsm.audit.models import Event
from tests.accounts.signing import PASSWORD, account, is_in, sign_in
from tests.parallel import together

pytestmark = [pytest.mark.xdist_group("machine"), pytest.mark.django_db(transaction=True)]


def test_of_twenty_guesses_at_once_five_are_tried_and_the_account_is_locked():
    person = account()
    statuses = [
        response.status_code
        for response in together([lambda n=n: sign_in(Client(), person, f"guess-{n}") for n in range(20)])
    ]
    tried = AccessAttempt.objects.aggregate(n=Sum("failures_since_start"))["n"]
    locks = Event.objects.filter(verb="accounts.lock_out").count()
    assert (tried, statuses.count(422), statuses.count(429), locks) == (5, 4, 16, 1)


def test_a_right_password_among_many_guesses_opens_at_most_once_the_lock_is_not_there():
    person = account()
    browsers = [Client() for _n in range(12)]
    together([lambda b=b: sign_in(b, person, f"guess-{id(b)}") for b in browsers])
    late = Client()
    sign_in(late, person, PASSWORD)
    assert (any(is_in(b) for b in browsers), is_in(late)) == (False, False)
