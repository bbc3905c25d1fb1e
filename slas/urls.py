"""Addresses of the service levels."""

from django.urls import path

from slas import views

app_name = "slas"
urlpatterns = [
    path("calculator/", views.calculator, name="calculator"),
]
