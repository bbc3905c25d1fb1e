"""Addresses of the catalogue: six for every register, and its own pages."""

from django.urls import path

from itsm.catalog import calendar_urls, contract_urls, service_urls, views
from itsm.catalog.registers import REGISTERS

app_name = "catalog"
urlpatterns = [
    path("missing/", views.missing, name="missing"),
    path("priorities/", views.priorities, name="priorities"),
    *calendar_urls.urlpatterns,
    *contract_urls.urlpatterns,
    *service_urls.urlpatterns,
    *(address for register in REGISTERS for address in register.urls()),
]
