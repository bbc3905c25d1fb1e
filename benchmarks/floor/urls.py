"""The floor's three pages."""

from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("tickets/", views.queue),
    path("tickets/<str:number>/", views.ticket),
    path("report/", views.report),
]
