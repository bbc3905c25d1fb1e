"""体系六要素: six cards with what the reader sees of each."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_elements_count_what_the_reader_sees(client, hospital):
    own = factories.vendor()
    factories.module(factories.system(vendor=own))
    factories.system(vendor=factories.vendor())
    client.force_login(factories.user("VND", vendor=own))
    elements = client.get("/elements/").context["elements"]
    assert (len(elements), [count.value for count in elements[1].counts]) == (6, [1, 1, 0])


def test_elements_links_open_for_the_reader(client, hospital):
    person = factories.user("VND", vendor=factories.vendor())
    client.force_login(person)
    urls = [count.url for element in client.get("/elements/").context["elements"] for count in element.counts]
    assert {client.get(url).status_code for url in urls if url} == {200}
