"""Addresses of the reports."""

from django.urls import path

from itsm.reports import views

app_name = "reports"
urlpatterns = [
    path("kpis/", views.kpis, name="kpis"),
    path("kpis/<str:code>/<str:half>/", views.records, name="records"),
]
