"""Addresses of the dashboards."""

from django.urls import path

from itsm.reports.boards import views
from itsm.reports.boards.goal_register import GOALS

app_name = "boards"
urlpatterns = [
    path("", views.first, name="first"),
    path("cockpit/", views.cockpit, name="cockpit"),
    path("desk/", views.desk, name="desk"),
    path("mine/", views.own, name="own"),
    path("executive/", views.executive, name="executive"),
    path("lists/<slug:key>/", views.cohort, name="list"),
    *GOALS.urls(),
]
