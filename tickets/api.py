"""Tickets for programs: the same verbs, forms and rights as the pages."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.errors import NotAllowed
from itsm.pages import rest
from itsm.privacy.guard import masked_contact
from itsm.privacy.serializers import MaskedField
from itsm.submissions import keys
from slas.models import Clock
from tickets import (
    conversation,
    opening,
    particular_forms,
    permissions,
    relations,
    selection,
    timeline,
    timing,
    transitions,
)
from tickets import views as pages
from tickets.enums import Kind, Source, State
from tickets.filters import TicketFilter
from tickets.forms import EditForm, IntakeForm, ReportForm
from tickets.models import Comment, Correction, Ticket
from tickets.particular_forms import Sheets
from tickets.querysets import ROW, UNKNOWN
from tickets.verbs import FORMS, SAY, form_of

_CODES = ("department__code", "system__code", "assignee__work_number")
SHEETS = [form(prefix=kind.value) for kind, form in particular_forms.FORMS.items()]
KEY = OpenApiParameter("Idempotency-Key", UUID, OpenApiParameter.HEADER, description="A second sending does nothing.")


class Named(serializers.Serializer):
    """A record that a ticket points to."""

    id = serializers.IntegerField(source="pk")
    code = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField()

    def get_code(self, record: Any) -> str:
        """The code, or a person's work number."""
        return getattr(record, "code", None) or getattr(record, "work_number", "")

    def get_name(self, record: Any) -> str:
        """The name."""
        return record.name


class RowSerializer(serializers.ModelSerializer):
    """A ticket in a list."""

    department = Named(read_only=True)
    system = Named(read_only=True, allow_null=True)
    assignee = Named(read_only=True, allow_null=True)
    title = MaskedField(read_only=True)
    reporter_name = MaskedField(read_only=True)
    location = MaskedField(read_only=True)
    state_label = serializers.CharField(source="get_state_display", read_only=True)
    hold_reason = serializers.CharField(read_only=True)
    due_at = serializers.SerializerMethodField()
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = (
            *("number", "title", "state", "state_label", "priority", "version", "hold_reason"),
            *("department", "reporter_name", "location", "system", "assignee"),
            *("reported_at", "updated_at", "due_at", "is_overdue", "reopen_count"),
        )
        read_only_fields = fields

    def get_due_at(self, ticket: Ticket) -> datetime | None:
        """The next deadline; null where it cannot be said (see the clocks' gap)."""
        return None if ticket.due_at == UNKNOWN else ticket.due_at

    def get_is_overdue(self, ticket: Ticket) -> bool:
        """Whether a promise is broken right now."""
        return ticket.is_overdue(timezone.now())


class ClockSerializer(serializers.ModelSerializer):
    """A promise on a ticket. Seconds are business seconds of its calendar; gap says why there is no deadline."""

    gap = serializers.CharField(read_only=True)
    remaining_seconds = serializers.SerializerMethodField()
    is_breached = serializers.BooleanField(read_only=True)

    class Meta:
        model = Clock
        fields = (
            *("kind", "cycle", "state", "priority", "started_at", "target_seconds", "pause_seconds"),
            *("due_at", "gap", "missing_year", "is_fixed", "met_at", "spent_seconds", "remaining_seconds"),
            *("is_breached", "breached_at", "annulled_at", "acknowledged_at"),
        )
        read_only_fields = fields

    def get_remaining_seconds(self, clock: Clock) -> int | None:
        """What is left now; negative is late by, null in a gap."""
        return clock.remaining_seconds(timezone.now())


class CorrectionSerializer(serializers.ModelSerializer):
    """What a closed ticket should have said; the ticket's own columns stay as they were."""

    was = MaskedField(read_only=True)
    should_be = MaskedField(read_only=True)
    reason = MaskedField(read_only=True)
    by_name = MaskedField(read_only=True)

    class Meta:
        model = Correction
        fields = ("id", "field", "was", "should_be", "reason", "by_name", "at")
        read_only_fields = fields


class LinkSerializer(serializers.Serializer):
    """How a ticket belongs to another one."""

    number = serializers.CharField(source="ticket.number")
    kind = serializers.CharField(source="link.kind")
    says = serializers.CharField(source="label")


class TicketSerializer(RowSerializer):
    """A ticket with all that its page shows, and the verbs that this person may use now."""

    module = Named(read_only=True, allow_null=True)
    category = Named(read_only=True, allow_null=True)
    vendor = Named(read_only=True, allow_null=True)
    description = MaskedField(read_only=True)
    reporter_phone = serializers.SerializerMethodField()
    solution = MaskedField(read_only=True)
    rating_comment = MaskedField(read_only=True)
    verbs = serializers.SerializerMethodField()
    corrections = CorrectionSerializer(many=True, read_only=True)
    clocks = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta(RowSerializer.Meta):
        fields = (
            *RowSerializer.Meta.fields,
            *("kind", "source", "description", "reporter_phone", "module", "category", "vendor"),
            *("impact", "urgency", "opened_at", "responded_at", "resolved_at", "closed_at"),
            *("transfer_count", "solution", "rating", "rating_comment", "verbs", "corrections", "clocks"),
            *("links", "urge_count", "out_of_scope", "disputed"),
        )
        read_only_fields = fields

    def get_reporter_phone(self, ticket: Ticket) -> str:
        """The caller's number; a mobile number in full only for those who call back."""
        return masked_contact(ticket.reporter_phone, may_call=self.context["request"].user.may("tickets.call"))

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, ticket: Ticket) -> list[dict[str, Any]]:
        """Every promise on the ticket, earlier cycles included."""
        return ClockSerializer(timing.every(ticket), many=True).data

    @extend_schema_field(LinkSerializer(many=True))
    def get_links(self, ticket: Ticket) -> list[dict[str, Any]]:
        """The linked tickets that this person may see."""
        return LinkSerializer(relations.of(ticket, self.context["request"].user), many=True).data

    def get_verbs(self, ticket: Ticket) -> list[str]:
        """The verbs that state and person allow."""
        reader = self.context["request"].user
        allowed = transitions.allowed(Kind(ticket.kind), State(ticket.state))
        return [verb for verb in allowed if permissions.can(reader, verb, ticket)]


class CommentSerializer(serializers.ModelSerializer):
    """Something said on a ticket."""

    author_name = MaskedField(read_only=True)
    body = MaskedField(read_only=True)

    class Meta:
        model = Comment
        fields = ("id", "audience", "author_name", "from_requester", "body", "said_at")
        read_only_fields = fields


def key_of(request: Request) -> UUID | None:
    """The Idempotency-Key header. Raises Invalid unless it is a UUID."""
    sent = request.headers.get("Idempotency-Key")
    try:
        return UUID(sent) if sent else None
    except ValueError:
        raise rest.Invalid({"Idempotency-Key": [_("Send a UUID.")]}) from None


def shown(request: Request, number: str, *, code: int = status.HTTP_200_OK) -> Response:
    """The ticket as it stands now; 204 when it was handed out of this person's sight."""
    ticket = Ticket.objects.visible_to(request.user).with_page().filter(number=number).first()
    if ticket is None:
        return Response(status=status.HTTP_204_NO_CONTENT)
    return Response(TicketSerializer(ticket, context={"request": request}).data, status=code)


class Tickets(rest.Sorted, generics.ListAPIView):
    """The tickets that this person may see."""

    serializer_class = RowSerializer
    pagination_class = rest.Keyset
    sorts = {name: sort.keys for name, sort in reversed(selection.SORTS.items())}
    filterset_class = TicketFilter

    def get_queryset(self) -> Any:
        """Visible, narrowed by the queue's own filters and the words of ?q=."""
        if getattr(self, "swagger_fake_view", False):
            return Ticket.objects.none()
        rows = rest.narrowed(TicketFilter, self.request, Ticket.objects.visible_to(self.request.user))
        words = self.request.query_params.get("q", "").replace("\x00", "").strip()[:100]
        return (rows.matching(words) if words else rows).with_row().only(*ROW, *_CODES)

    @extend_schema(parameters=[OpenApiParameter("q", str, description="Words or a number.")])
    def get(self, request: Request) -> Response:
        """One page of rows."""
        return super().get(request)

    @extend_schema(
        request=rest.FormSerializer(IntakeForm, *SHEETS), responses={201: TicketSerializer}, parameters=[KEY]
    )
    def post(self, request: Request) -> Response:
        """受理登记: register a ticket of any kind as the desk does."""
        if not request.user.may("tickets.new"):
            raise NotAllowed(_("Your role does not allow this."))
        sent = keyed(request)
        kind = sent.get("kind") or Kind.INCIDENT
        form, sheets = IntakeForm(sent), Sheets(kind, sent)
        rest.check_all(form, *filter(None, [sheets.forms.get(kind)]))
        ticket = opening.register(form.cleaned_data, sheets.cleaned_data, by=request.user, at=timezone.now())
        return shown(request, ticket.number, code=status.HTTP_201_CREATED)


class Reports(views.APIView):
    """报修 as the person who is signed in."""

    @extend_schema(request=rest.FormSerializer(ReportForm), responses={201: TicketSerializer}, parameters=[KEY])
    def post(self, request: Request) -> Response:
        """Report a fault."""
        cleaned = rest.checked(ReportForm(keyed(request)))
        ticket = opening.open_ticket(
            opening.Report.of(cleaned),
            by=request.user,
            at=timezone.now(),
            source=Source.WEB,
            key=cleaned["key"],
            reporter=request.user,
        )
        return shown(request, ticket.number, code=status.HTTP_201_CREATED)


def keyed(request: Request) -> QueryDict:
    """What was sent, with the idempotency key of the header, or a fresh one."""
    sent = rest.sent(request).copy()
    sent["key"] = str(key_of(request) or sent.get("key") or uuid4())
    return sent


class OneTicket(views.APIView):
    """A ticket."""

    @extend_schema(responses=TicketSerializer)
    def get(self, request: Request, number: str) -> Response:
        """The ticket with all that its page shows."""
        pages.load(request, number)
        return shown(request, number)

    @extend_schema(request=rest.FormSerializer(EditForm), responses=TicketSerializer)
    def patch(self, request: Request, number: str) -> Response:
        """Correct what was registered; version: the one that you saw (409 if somebody saved meanwhile)."""
        ticket = pages.load(request, number)
        permissions.check_can(request.user, "edit", ticket)
        sent = {**_standing(ticket), **rest.sent(request).dict()}
        form, sheet = EditForm(sent, instance=ticket), particular_forms.of(ticket, sent)
        rest.check_all(form, *([sheet] if sheet else []))
        changes = {name: form.cleaned_data[name] for name in conversation.EDITABLE if name in form.cleaned_data}
        particular = particular_forms.said(sheet) if sheet else {}
        version = form.cleaned_data["version"]
        conversation.edit(ticket, by=request.user, at=timezone.now(), version=version, changes=changes | particular)
        return shown(request, number)


def _standing(ticket: Ticket) -> dict[str, Any]:
    """What a form of corrections shows of the ticket: who sends a part leaves the rest as it is."""
    form, sheet = EditForm(instance=ticket), particular_forms.of(ticket)
    shown_by = {bound.html_name: bound.value() for one in (form, sheet) if one for bound in one}
    return {name: value for name, value in shown_by.items() if value is not None and name != "version"}


class Comments(generics.ListAPIView):
    """What was said on a ticket, oldest first."""

    serializer_class = CommentSerializer
    pagination_class = None

    def get_queryset(self) -> Any:
        """Public replies, and for our side internal notes too."""
        if getattr(self, "swagger_fake_view", False):
            return Comment.objects.none()
        ticket = get_object_or_404(Ticket.objects.visible_to(self.request.user), number=self.kwargs["number"])
        return timeline.comments_for(self.request.user, ticket)


def posting(
    name: str, act: Callable[..., Any], said: Iterable[type[forms.Form]], send: Callable[[Request, str], None]
) -> type[views.APIView]:
    """The view of a verb: `send` checks what was said and does the act; the answer is the ticket as it stands then."""

    class Verb(views.APIView):
        @extend_schema(
            operation_id=f"tickets_{name}",
            request=rest.FormSerializer(*said),
            responses={200: TicketSerializer, 204: None},
            parameters=[KEY],
        )
        @transaction.atomic
        def post(self, request: Request, number: str) -> Response:
            send(request, number)
            return shown(request, number)

    Verb.__doc__ = Verb.post.__doc__ = (act.__doc__ or "").partition("\n")[0]
    return Verb


def verb_view(name: str) -> type[views.APIView]:
    """The view of a verb of the flow: the page's own form and domain call."""
    act, form = getattr(pages, name).act, FORMS.get(name) or SAY[name]

    def send(request: Request, number: str) -> None:
        ticket, sent = pages.load(request, number), rest.sent(request)
        cleaned = rest.checked(form_of(name, ticket, sent, request.FILES, reader=request.user))
        if not was_done(request, name, number, dict(sent.lists())):
            act(ticket, by=request.user, at=timezone.now(), **cleaned)

    return posting(name, act, [form], send)


def was_done(request: Request, verb: str, number: str, body: dict[str, Any]) -> bool:
    """Whether this very request came before; a new key is kept in the verb's transaction."""
    key = key_of(request)
    if key is None:
        return False
    earlier = keys.claim(key, {"verb": verb, "number": number, "by": request.user.pk, **body}, at=timezone.now())
    if earlier is None:
        keys.fulfil(key, number)
    return earlier is not None


VERBS = (*FORMS, *SAY)
