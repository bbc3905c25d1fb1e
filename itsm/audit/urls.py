"""Addresses of the audit log."""

from django.urls import path

from itsm.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.events, name="events"),
    path("verify/", views.verify, name="verify"),
    path("<int:pk>/", views.event, name="event"),
]
