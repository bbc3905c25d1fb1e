"""Reference data for programs: read only, by the rights of the pages."""

from typing import Any

from django.db import models
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.accounts.access import permission_required
from itsm.accounts.models import Department, Vendor
from itsm.catalog.models import Calendar, Category, HolidayDay, Interface, Module, System
from itsm.pages import rest


class Reference(rest.Sorted, generics.ListAPIView):
    """A list of reference data. permission: "" for everybody who is signed in."""

    pagination_class = rest.Keyset
    sorts = {"id": ["id"]}
    permission = "tickets.queue"

    def get(self, request: Request) -> Response:
        """One page of rows, retired ones too: is_active tells them."""
        if not self.permission:
            return super().get(request)
        return permission_required(self.permission)(super().get)(request)


def reference(model: type[models.Model], *names: str, permission: str = "tickets.queue") -> type[Reference]:
    """The list of a table with these columns; a column of a related record is written with __."""
    related = {name.partition("__")[0] for name in names if "__" in name}

    def column(name: str) -> serializers.Field:
        return serializers.CharField(source=name.replace("__", "."), default=None, read_only=True, allow_null=True)

    meta = type("Meta", (), {"model": model, "fields": ["id", *names], "read_only_fields": ["id", *names]})
    nested = {name: column(name) for name in names if "__" in name}
    serializer = type(f"{model.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta, **nested})
    rows = model.objects.select_related(*related) if related else model.objects.all()
    members: dict[str, Any] = {"serializer_class": serializer, "queryset": rows, "permission": permission}
    return type(f"{model.__name__}List", (Reference,), {**members, "__doc__": Reference.__doc__})


Departments = reference(
    Department, "code", "name", "kind", "parent__code", "raises_priority", "is_active", permission=""
)
Vendors = reference(Vendor, "code", "name", "kind", "phone", "is_active")
Systems = reference(
    System,
    *("code", "name", "tier", "in_scope", "is_active"),
    *("vendor__code", "primary_owner__work_number", "backup_owner__work_number"),
)
Modules = reference(Module, "name", "system__code", "in_scope", "is_active")
Interfaces = reference(Interface, "name", "system__code", "is_active")
Categories = reference(Category, "code", "name", "parent__code", "is_active")


class CalendarSerializer(serializers.ModelSerializer):
    """A calendar with the version that counts now; without one nothing can be counted by it yet."""

    number = serializers.IntegerField(source="counts.number", default=None, read_only=True, allow_null=True)
    published_at = serializers.DateTimeField(source="counts.published_at", default=None, read_only=True)
    follows_holidays = serializers.BooleanField(source="counts.follows_holidays", default=None, read_only=True)
    rules = serializers.JSONField(source="counts.rules", default=None, read_only=True)

    class Meta:
        model = Calendar
        fields = ("id", "code", "name", "is_active", "number", "published_at", "follows_holidays", "rules")
        read_only_fields = fields


class Calendars(Reference):
    """Calendars: `rules` are the windows by weekday and date, and the years that can be counted in."""

    serializer_class = CalendarSerializer
    queryset = Calendar.objects.with_current()
    permission = "catalog.read_dictionaries"


Holidays = reference(HolidayDay, "year_id", "date", "kind", "name", permission="catalog.read_dictionaries")
