"""Addresses of the exports."""

from django.urls import path

from itsm.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/<slug:source>/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
