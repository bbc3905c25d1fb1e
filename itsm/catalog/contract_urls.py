"""Addresses of contracts, of what expires and of the proofs of original service."""

from django.urls import path

from itsm.catalog import contract_views as views
from itsm.catalog import paper_views
from itsm.pages.exports import as_files

urlpatterns = [
    path("contracts/", views.contract_list, name="contract_list"),
    *as_files("contracts/", views.contract_list_file, "contract_list"),
    path("contracts/new/", views.contract_new, name="contract_new"),
    path("contracts/<int:contract>/", views.contract, name="contract"),
    path("contracts/<int:contract>/edit/", views.contract_edit, name="contract_edit"),
    path("contracts/<int:contract>/amend/", views.contract_amend, name="contract_amend"),
    path("contracts/<int:contract>/sign/", views.contract_sign, name="contract_sign"),
    path("contracts/<int:contract>/end/", views.contract_end, name="contract_end"),
    path("contracts/<int:contract>/scope/", views.contract_scope, name="contract_scope"),
    *as_files("contracts/<int:contract>/scope/", views.scope_file, "scope"),
    *as_files("contracts/<int:contract>/parameters/", views.parameters_file, "parameters"),
    path("years/<int:year>/evaluate/", views.year_evaluate, name="year_evaluate"),
    path("years/<int:year>/decide/", views.year_decide, name="year_decide"),
    path("phases/<int:phase>/finish/", views.phase_finish, name="phase_finish"),
    path("phases/<int:phase>/add-item/", views.item_add, name="item_add"),
    path("checklist/<int:check>/tick/", views.check_tick, name="check_tick"),
    path("checklist/<int:check>/waive/", views.check_waive, name="check_waive"),
    path("checklist/<int:check>/untick/", views.check_untick, name="check_untick"),
    path("parameters/<int:parameter>/fill/", views.parameter_fill, name="parameter_fill"),
    path("expiries/", paper_views.expiries, name="expiries"),
    *as_files("expiries/", paper_views.expiries_file, "expiries"),
    path("proofs/", paper_views.proofs, name="proofs"),
    *as_files("proofs/", paper_views.proofs_file, "proofs"),
]
