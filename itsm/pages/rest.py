"""What every part of the API shares: forms as its input, keyset pages, refusals as sentences."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, pagination, serializers, status, views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.errors import RuleBroken
from itsm.pages import keyset

PAGE_SIZE = 50
NOT_YOURS = gettext_lazy("Your role does not allow this.")


class Invalid(exceptions.APIException):
    """422: the input was understood and is wrong. errors: {field: [sentence, …]}."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(_("This cannot be saved like that"))
        self.errors = errors


def refusal(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refusal: {"detail": sentence, "errors": {field: [sentence]}}; None lets a bug go its way."""
    if isinstance(error, RuleBroken):
        views.set_rollback()
        return Response({"detail": str(error)}, status=error.status)
    if isinstance(error, Invalid):
        views.set_rollback()
        return Response({"detail": str(error.detail), "errors": error.errors}, status=error.status_code)
    if isinstance(error, Http404 | PermissionDenied):
        return views.exception_handler(type(error)(), context)
    return views.exception_handler(error, context)


def checked(form: forms.BaseForm) -> dict[str, Any]:
    """The form's cleaned values. Raises Invalid with every field's sentences."""
    check_all(form)
    return form.cleaned_data


def check_all(*asked: forms.BaseForm) -> None:
    """Check forms that were sent together. Raises Invalid with every field's sentences."""
    errors: dict[str, list[str]] = {}
    for form in asked:
        if not form.is_valid():
            for name, found in form.errors.items():
                key = "" if name == "__all__" else form.add_prefix(name)
                errors.setdefault(key, []).extend(str(sentence) for sentence in found)
    if errors:
        raise Invalid(errors)


def sent(request: Request) -> QueryDict:
    """What was sent, as a form takes it: {"name": "words"} or {"name": ["a", "b"]}, from JSON or a form.

    Words only: files are in `request.FILES`, and one in the place of a word is none.
    Raises ParseError for anything nested, and for text that no database can keep.
    """
    body = request.data
    if isinstance(body, QueryDict):
        return request.POST
    if not isinstance(body, Mapping):
        raise exceptions.ParseError(_("Send an object of fields and values."))
    found = QueryDict(mutable=True)
    for name, value in body.items():
        found.setlist(_word(name), [_word(one) for one in (value if isinstance(value, list) else [value])])
    return found


def _word(value: Any) -> str:
    if isinstance(value, dict | list):
        raise exceptions.ParseError(_("Send an object of fields and values."))
    if value is None or value is False:
        return ""
    words = "true" if value is True else str(value)
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise exceptions.ParseError(_("The text holds half a character.")) from error
    return words


class Keyset(pagination.BasePagination):
    """Pages by key: {"results": […], "older": address or null, "newer": address or null}."""

    def paginate_queryset(self, queryset: models.QuerySet, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that ?after= or ?before= asks for, in the order that ?sort= names."""
        self.request = request
        self.page = keyset.page(queryset, request._request, keys=view.keys_of(request), size=PAGE_SIZE)
        return self.page.rows

    def get_paginated_response(self, data: list[Any]) -> Response:
        """The page with the whole addresses of its neighbours."""
        return Response(
            {"results": data, "older": self._whole(self.page.older_url), "newer": self._whole(self.page.newer_url)}
        )

    def _whole(self, query: str) -> str | None:
        return self.request.build_absolute_uri(query) if query else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page for the schema."""
        address = {"type": "string", "format": "uri", "nullable": True}
        properties = {"results": schema, "older": address, "newer": address}
        return {"type": "object", "required": ["results"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters for the schema."""
        words = {"after": "Marker of the last row seen.", "before": "Marker of the first row seen."}
        markers = [_parameter(name, text, {"type": "string"}) for name, text in words.items()]
        sorts = [sign + name for name in view.sorts for sign in ("", "-")]
        return [*markers, _parameter("sort", "Order of the rows.", {"type": "string", "enum": sorts})]


def _parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}


class Sorted:
    """A list view that sorts by an allow-list. sorts: {word: keys}; the first is the default."""

    sorts: Mapping[str, list[str]]

    def keys_of(self, request: Request) -> list[str]:
        """The keys that ?sort=word or ?sort=-word asks for; an unknown word is refused."""
        asked = request.query_params.get("sort") or next(iter(self.sorts))
        keys = self.sorts.get(asked.lstrip("-"))
        if keys is None or asked.startswith("--"):
            raise Invalid({"sort": [_("Choose one of: %(words)s.") % {"words": "、".join(self.sorts)}]})
        if not asked.startswith("-"):
            return keys
        return [key[1:] if key.startswith("-") else f"-{key}" for key in keys]


def narrowed(filters: type[django_filters.FilterSet], request: Request, queryset: models.QuerySet) -> models.QuerySet:
    """The rows that the allow-listed filters leave. Raises Invalid for a value that makes no sense."""
    narrowing = filters(request.query_params, queryset=queryset)
    checked(narrowing.form)
    return narrowing.qs


class FormSerializer(serializers.Serializer):
    """What a form takes, for the schema; the form itself checks the input."""

    def __init__(self, *forms_of: type[forms.BaseForm] | forms.BaseForm, **options: Any) -> None:
        super().__init__(**options)
        self.forms_of = forms_of

    def get_fields(self) -> dict[str, serializers.Field]:
        """A field of the API for every field of the form."""
        return {
            _name(form, name): field_of(field) for form in self.forms_of for name, field in form.base_fields.items()
        }


def _name(form: Any, name: str) -> str:
    """A field's name as it is sent: with the prefix of its form, if that has one."""
    return name if isinstance(form, type) else form.add_prefix(name)


def field_of(field: forms.Field) -> serializers.Field:
    """The API's field for a field of a form."""
    said = str(field.label or "")
    options = {"required": field.required, "label": said, "help_text": said}
    if not field.required:
        options["allow_null"] = True
    if isinstance(field, forms.ModelChoiceField):
        return serializers.IntegerField(**options)
    if isinstance(field, forms.ChoiceField):
        choices = [(value, str(label)) for value, label in field.choices if value != ""]
        return serializers.ChoiceField(choices=choices, **options)
    if field.widget.needs_multipart_form and getattr(field.widget, "allow_multiple_selected", False):
        return serializers.ListField(child=serializers.FileField(), **options)
    for kind, made in _FIELDS:
        if isinstance(field, kind):
            return made(**options)
    limits = {"max_length": field.max_length} if getattr(field, "max_length", None) else {}
    return serializers.CharField(**options, **limits)


_FIELDS: tuple[tuple[type[forms.Field], type[serializers.Field]], ...] = (
    (forms.UUIDField, serializers.UUIDField),
    (forms.DateTimeField, serializers.DateTimeField),
    (forms.DateField, serializers.DateField),
    (forms.DecimalField, serializers.FloatField),
    (forms.IntegerField, serializers.IntegerField),
    (forms.BooleanField, serializers.BooleanField),
    (forms.FileField, serializers.FileField),
)
