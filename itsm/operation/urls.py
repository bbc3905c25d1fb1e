"""Addresses of the operation."""

from django.urls import path

from itsm.operation import views

app_name = "operation"
urlpatterns = [
    path("", views.page, name="page"),
    path("verify/", views.verify, name="verify"),
]
