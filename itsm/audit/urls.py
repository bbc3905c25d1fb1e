"""Addresses of the audit log."""

from django.urls import path

from itsm.audit import views
from itsm.pages.exports import as_files

app_name = "audit"
urlpatterns = [
    path("", views.events, name="events"),
    *as_files("", views.file, "events"),
    path("verify/", views.verify, name="verify"),
    path("<int:pk>/", views.event, name="event"),
]
