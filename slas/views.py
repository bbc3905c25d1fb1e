"""Pages of the service levels."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken
from slas import wording
from slas.forms import CalculatorForm


@require_GET
@login_required
@permission_required("slas.read")
def calculator(request: HttpRequest) -> HttpResponse:
    """时限试算: GET /slas/calculator/?start=…&calendar=WORK&minutes=480."""
    asked = "start" in request.GET
    form = CalculatorForm(request.GET if asked else None)
    context = {"form": form, "answer": None, "sentence": "", "rows": []}
    if asked and form.is_valid():
        try:
            answer = form.answer()
            context |= {"answer": answer, "rows": wording.rows(answer.explanation, {})}
        except RuleBroken as refused:
            context["sentence"] = str(refused)
    status = 422 if asked and (form.errors or context["sentence"]) else 200
    return render(request, "slas/calculator.html", context, status=status)
