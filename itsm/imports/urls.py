"""Addresses of the imports."""

from django.urls import path

from itsm.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/<slug:table>/", views.new, name="new"),
    path("new/<slug:table>/blank.xlsx", views.blank, name="blank"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/apply/", views.apply, name="apply"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
