"""Reads of people."""

from itsm.accounts.models import User
from itsm.accounts.roles import holders
from tests import factories


def test_holders_are_the_roles_with_the_permission():
    assert holders("accounts.people") == ["SYS", "SEC"]


def test_holding_finds_who_has_it_by_any_role_and_who_has_left(db):
    engineer, left = factories.user("CLI", "ENG"), factories.user("ENG", is_active=False)
    factories.user("CLI")
    assert set(User.objects.holding("tickets.claim")) == {engineer, left}


def test_handling_leaves_out_who_has_left(db):
    engineer = factories.user("CLI", "ENG")
    factories.user("ENG", is_active=False)
    factories.user("CLI")
    assert list(User.objects.handling()) == [engineer]
