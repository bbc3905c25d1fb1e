"""The one answer to whatever goes wrong in the API; refusals are masked, and audited like those of the pages."""

from typing import Any

from rest_framework.response import Response

from itsm import middleware
from itsm.errors import RuleBroken
from itsm.pages import rest
from itsm.privacy import masked


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer, as itsm.pages.rest gives it."""
    if isinstance(error, RuleBroken):
        middleware.audit_refusal(context["request"], error)
    refused = rest.refusal(error, context)
    if refused is not None:
        refused.data = masked(refused.data)
    return refused
