"""Addresses below /api/: version 1, its schema, the page to read it, the own tokens."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from itsm.accounts import api as people
from itsm.api import views
from itsm.api.me import Me
from itsm.catalog import api as catalog
from itsm.exports import api as exports
from itsm.pages import converters
from itsm.reports import api as reports
from itsm.reports.assessment import api as assessment
from itsm.reports.boards import api as boards
from itsm.reports.monthly import api as monthly
from slas import agreement_api
from slas import api as slas
from tickets import api as tickets
from tickets import api_files as files
from tickets import api_promises as promises
from tickets import api_relations as relations

__all__ = ["converters"]

app_name = "api"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke, name="revoke_token"),
    path("docs/", views.docs, name="docs"),
    path("v1/schema/", SpectacularAPIView.as_view(api_version="v1"), name="schema"),
    path("v1/me/", Me.as_view(), name="me"),
    path("v1/people/", people.People.as_view(), name="people"),
    path("v1/handlers/", people.Handlers.as_view(), name="handlers"),
    path("v1/departments/", catalog.Departments.as_view(), name="departments"),
    path("v1/vendors/", catalog.Vendors.as_view(), name="vendors"),
    path("v1/systems/", catalog.Systems.as_view(), name="systems"),
    path("v1/modules/", catalog.Modules.as_view(), name="modules"),
    path("v1/interfaces/", catalog.Interfaces.as_view(), name="interfaces"),
    path("v1/categories/", catalog.Categories.as_view(), name="categories"),
    path("v1/calendars/", catalog.Calendars.as_view(), name="calendars"),
    path("v1/holidays/", catalog.Holidays.as_view(), name="holidays"),
    path("v1/agreements/", agreement_api.Agreements.as_view(), name="agreements"),
    path("v1/deadline/", slas.Deadline.as_view(), name="deadline"),
    path("v1/exports/", exports.Exports.as_view(), name="exports"),
    path("v1/exports/<int:export>/", exports.OneExport.as_view(), name="export"),
    path("v1/exports/<int:export>/cancel/", exports.CancelExport.as_view(), name="export_cancel"),
    path("v1/exports/<int:export>/file/", exports.ExportFile.as_view(), name="export_file"),
    path("v1/reports/", tickets.Reports.as_view(), name="reports"),
    path("v1/reports/series/", boards.AllSeries.as_view(), name="series"),
    path("v1/reports/series/<slug:key>/", boards.OneSeries.as_view(), name="one_series"),
    path("v1/reports/kpis/", reports.Figures.as_view(), name="kpis"),
    path("v1/reports/kpis/by/<str:dimension>/", reports.FiguresBy.as_view(), name="kpis_by"),
    path("v1/reports/kpis/<str:code>/<str:half>/", reports.FigureTickets.as_view(), name="kpi_tickets"),
    path("v1/reports/monthly/", monthly.Reports.as_view(), name="monthly_reports"),
    path("v1/reports/monthly/<month:month>/", monthly.OneReport.as_view(), name="monthly_report"),
    path("v1/reports/monthly/<month:month>/<int:edition>/", monthly.OneEdition.as_view(), name="monthly_edition"),
    path(
        "v1/reports/monthly/<month:month>/<int:edition>/<str:code>/<str:half>/",
        monthly.Records.as_view(),
        name="monthly_records",
    ),
    path("v1/reports/monthly/<month:month>/write/", monthly.Write.as_view(), name="monthly_write"),
    *(
        path(f"v1/reports/monthly/<month:month>/{verb}/", monthly.verb_view(verb).as_view(), name=f"monthly_{verb}")
        for verb in monthly.FORMS
    ),
    path("v1/reports/assessments/", assessment.Assessments.as_view(), name="assessments"),
    path("v1/reports/assessments/schemes/", assessment.Schemes.as_view(), name="assessment_schemes"),
    path("v1/reports/assessments/ranking/<str:dimension>/", assessment.Ranking.as_view(), name="assessment_ranking"),
    path("v1/reports/assessments/<int:assessment>/", assessment.OneAssessment.as_view(), name="assessment"),
    *(
        path(
            f"v1/reports/assessments/<int:assessment>/{verb.address}",
            assessment.verb_view(name).as_view(),
            name=f"assessment_{name}",
        )
        for name, verb in assessment.VERBS.items()
    ),
    path("v1/tickets/", tickets.Tickets.as_view(), name="tickets"),
    path("v1/tickets/<number:number>/", tickets.OneTicket.as_view(), name="ticket"),
    path("v1/tickets/<number:number>/comments/", tickets.Comments.as_view(), name="ticket_comments"),
    path("v1/tickets/<number:number>/files/", files.Files.as_view(), name="ticket_files"),
    path("v1/tickets/<number:number>/files/<uuid:uuid>/", files.OneFile.as_view(), name="ticket_file"),
    *(
        path(f"v1/tickets/<number:number>/{verb}/", room.verb_view(verb).as_view(), name=f"ticket_{verb}")
        for room in (tickets, relations, promises)
        for verb in room.VERBS
    ),
]
