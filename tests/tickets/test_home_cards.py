"""The ways on from the home page: what somebody's work is, before what everybody may do."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db

REPORT = "/report/"


@pytest.mark.parametrize(
    ("role", "ways"),
    [
        ("SYS", ["/people/", "/operation/"]),
        ("SEC", ["/people/"]),
        ("AUD", ["/audit/"]),
        ("CLI", []),
        ("DSK", ["/tickets/new/", REPORT]),
        ("ENG", ["/tickets/mine/", REPORT]),
    ],
)
def test_home_offers_each_role_its_own_work(client, role, ways):
    client.force_login(factories.user(role))
    page = client.get("/")
    assert [card.url for card in page.context["role_cards"]] == ways
    assert all(f'class="tile" href="{way}"' in page.content.decode() for way in ways)
