"""Keyset paging: the next page starts after the last row, so page 500 costs what page 1 costs."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import HttpRequest


@dataclass(frozen=True)
class Page:
    """One page of rows and the addresses of its neighbours ("" where there is none)."""

    rows: list[Any]
    older_url: str
    newer_url: str

    @property
    def has_older(self) -> bool:
        """Whether a page follows."""
        return bool(self.older_url)

    @property
    def has_newer(self) -> bool:
        """Whether a page precedes."""
        return bool(self.newer_url)


def page(queryset: models.QuerySet, request: HttpRequest, *, keys: list[str], size: int) -> Page:
    """The page that `?after=` or `?before=` asks for, ordered by `keys`.

    keys: columns of one direction ("-" before each or none), the last one unique, none of them empty;
    "system__position" is a column of a record that the rows are selected with. A marker that cannot be
    read gives the first page.
    """
    after, before = (_marker(queryset.model, request.GET.get(name, ""), keys) for name in ("after", "before"))
    backwards = before is not None and after is None
    rows = list(_rows(queryset, keys, before if backwards else after, backwards=backwards)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_older, has_newer = (True, more) if backwards else (more, after is not None)
    return Page(
        rows,
        _url(request, "after", rows[-1], keys) if rows and has_older else "",
        _url(request, "before", rows[0], keys) if rows and has_newer else "",
    )


def _rows(queryset: models.QuerySet, keys: list[str], marker: list[Any] | None, *, backwards: bool) -> models.QuerySet:
    descending = keys[0].startswith("-") != backwards
    names = [key.lstrip("-") for key in keys]
    ordered = queryset.order_by(*(f"-{name}" if descending else name for name in names))
    if marker is None:
        return ordered
    if len(names) == 1:
        return ordered.filter(**{f"{names[0]}__{'lt' if descending else 'gt'}": marker[0]})
    lookup = TupleLessThan if descending else TupleGreaterThan
    return ordered.filter(lookup(Tuple(*(models.F(name) for name in names)), tuple(marker)))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _encode(values: list[Any]) -> str:
    text = json.dumps([_plain(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _marker(model: type[models.Model], text: str, keys: list[str]) -> list[Any] | None:
    """The key values in a page marker; None for no marker or one that makes no sense."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if any("\x00" in str(value) for value in values):
            return None
        fields = [_column(model, key.lstrip("-")) for key in keys]
        found = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
        return [value.astimezone(UTC) if isinstance(value, datetime) else value for value in found]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None


def _column(model: type[models.Model], path: str) -> models.Field:
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return model._meta.get_field(name)


def _value(row: Any, path: str) -> Any:
    return attrgetter(path.replace("__", "."))(row)


def _url(request: HttpRequest, direction: str, row: Any, keys: list[str]) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query[direction] = _encode([_value(row, key.lstrip("-")) for key in keys])
    return f"?{query.urlencode()}"
