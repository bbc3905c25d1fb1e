"""Addresses of the service catalogue, and of what a configuration item can besides a register's row."""

from django.urls import path

from itsm.catalog import item_views
from itsm.catalog import service_views as views
from itsm.pages.exports import as_files

urlpatterns = [
    path("services/", views.service_list, name="service_list"),
    *as_files("services/", views.service_list_file, "service_list"),
    path("services/new/", views.service_new, name="service_new"),
    path("services/<int:service>/", views.service, name="service"),
    path("services/<int:service>/edit/", views.service_edit, name="service_edit"),
    path("services/<int:service>/publish/", views.service_publish, name="service_publish"),
    path("services/<int:service>/retire/", views.service_retire, name="service_retire"),
    path("services/<int:service>/propose/", views.override_propose, name="override_propose"),
    path("overrides/<int:override>/approve/", views.override_approve, name="override_approve"),
    path("overrides/<int:override>/reject/", views.override_reject, name="override_reject"),
    path("items/<int:item>/impact/", item_views.impact_page, name="item_impact"),
    path("items/<int:item>/verify/", item_views.item_verify, name="item_verify"),
    path("items/<int:item>/relate/", item_views.item_relate, name="item_relate"),
    path("relations/<int:relation>/remove/", item_views.item_unrelate, name="item_unrelate"),
]
