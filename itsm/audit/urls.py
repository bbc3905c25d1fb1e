"""Addresses of the audit log."""

from django.urls import path

from itsm.audit import views
from itsm.pages.exports import KINDS

app_name = "audit"
urlpatterns = [
    path("", views.events, name="events"),
    *(path(f"export.{kind}", views.file, {"kind": kind}, name=f"events_{kind}") for kind in KINDS),
    path("verify/", views.verify, name="verify"),
    path("<int:pk>/", views.event, name="event"),
]
