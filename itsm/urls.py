"""Every address of the product."""

from django.conf import settings
from django.urls import include, path

from itsm import elements, health, home
from itsm.operation import views as operation
from itsm.privacy import views as privacy

handler400 = "itsm.error_pages.bad_request"
handler403 = "itsm.error_pages.permission_denied"
handler404 = "itsm.error_pages.not_found"
handler500 = "itsm.error_pages.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/", include("itsm.api.urls")),
    path("imports/", include("itsm.imports.urls")),
    path("exports/", include("itsm.exports.urls")),
    path("health/deep", operation.deep, name="health_deep"),
    path("operation/", include("itsm.operation.urls")),
    path("privacy/patterns.json", privacy.pattern_list, name="privacy_patterns"),
    path("", include("itsm.notifications.urls")),
    path("audit/", include("itsm.audit.urls")),
    path("history/", include("itsm.history")),
    path("", include("itsm.accounts.urls")),
    path("elements/", elements.elements, name="elements"),
    path("catalog/", include("itsm.catalog.urls")),
    path("slas/", include("slas.urls")),
    path("reports/monthly/", include("itsm.reports.monthly.urls")),
    path("reports/assessments/", include("itsm.reports.assessment.urls")),
    path("reports/", include("itsm.reports.urls")),
    path("reports/", include("itsm.reports.boards.urls")),
    path("", include("tickets.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", home.styleguide, name="styleguide"))
