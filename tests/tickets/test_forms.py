"""What the forms of a report offer."""

import pytest

from tests import factories
from tickets.forms import EditForm, IntakeForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", [IntakeForm, EditForm])
def test_form_offers_no_module_of_a_retired_system(form):
    module = factories.module(factories.system())
    factories.module(factories.system(is_active=False))
    assert list(form.base_fields["module"].queryset.all()) == [module]
