"""Addresses of the assessments."""

from django.urls import path

from itsm.pages import converters
from itsm.reports.assessment import scheme_views, views

__all__ = ["converters"]

app_name = "assessments"
urlpatterns = [
    path("", views.index, name="index"),
    path("draw/", views.draw, name="draw"),
    path("ranking/", views.rank, name="ranking"),
    path("schemes/", scheme_views.schemes, name="schemes"),
    path("schemes/draft/", scheme_views.draft, name="draft"),
    path("schemes/<int:scheme>/", scheme_views.scheme, name="scheme"),
    path("schemes/<int:scheme>/discard/", scheme_views.discard, name="discard"),
    path("schemes/<int:scheme>/publish/", scheme_views.publish, name="publish"),
    path("schemes/<int:scheme>/<slug:part>/new/", scheme_views.part_new, name="part_new"),
    path("schemes/<int:scheme>/<slug:part>/<int:row>/", scheme_views.part, name="part"),
    path("schemes/<int:scheme>/<slug:part>/<int:row>/remove/", scheme_views.part_remove, name="part_remove"),
    path("<int:assessment>/", views.assessment, name="assessment"),
    path("<int:assessment>/redraw/", views.redraw, name="redraw"),
    path("<int:assessment>/charge/", views.charge, name="charge"),
    path("<int:assessment>/deductions/<int:deduction>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:assessment>/submit/", views.submit, name="submit"),
    path("<int:assessment>/deductions/<int:deduction>/appeal/", views.appeal, name="appeal"),
    path("<int:assessment>/items/<slug:item>/appeal/", views.appeal_item, name="appeal_item"),
    path("<int:assessment>/appeals/<int:appeal>/decide/", views.decide, name="decide"),
    path("<int:assessment>/confirm/", views.confirm, name="confirm"),
]
