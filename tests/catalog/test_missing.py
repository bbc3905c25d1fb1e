"""缺失项: what maintained systems lack."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = factories.user("PM")
    client.force_login(person)
    return person


def test_missing_counts_link_to_the_rows_they_count(client, manager):
    factories.system(name="甲", vendor=factories.vendor())
    factories.system(name="乙")
    gaps = client.get("/catalog/missing/").context["gaps"]
    assert {gap.name: gap.count for gap in gaps} == {"primary_owner": 2, "backup_owner": 2, "vendor": 1, "modules": 2}
    assert [len(client.get(gap.url).context["rows"]) for gap in gaps] == [gap.count for gap in gaps]


def test_missing_with_one_and_three_systems_takes_the_same_queries(client, manager, django_assert_max_num_queries):
    factories.system()
    client.get("/catalog/missing/")
    with django_assert_max_num_queries(20) as one:
        client.get("/catalog/missing/")
    factories.system()
    factories.system()
    with django_assert_max_num_queries(len(one)):
        assert len(client.get("/catalog/missing/").context["rows"]) == 3
