"""Addresses of the monthly reports."""

from django.urls import path

from itsm.pages import converters
from itsm.reports.monthly import views

__all__ = ["converters"]

app_name = "monthly"
urlpatterns = [
    path("", views.index, name="index"),
    path("draft/", views.draft, name="draft"),
    path("<month:month>/", views.report, name="report"),
    path("<month:month>/<int:edition>/", views.edition, name="edition"),
    path("<month:month>/<int:edition>/records/<str:code>/<str:half>/", views.records, name="records"),
    path("<month:month>/<int:edition>/report.docx", views.docx, name="docx"),
    path("<month:month>/<int:edition>/report.xlsx", views.xlsx, name="xlsx"),
    path("<month:month>/write/<slug:section>/", views.write, name="write"),
    path("<month:month>/redraw/", views.redraw, name="redraw"),
    path("<month:month>/submit/", views.submit, name="submit"),
    path("<month:month>/review/", views.review, name="review"),
    path("<month:month>/approve/", views.approve, name="approve"),
    path("<month:month>/return/", views.return_, name="return"),
    path("<month:month>/correct/", views.correct, name="correct"),
]
