"""Selects over reference data: grouped, and found by pinyin initials."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from django import forms
from django.db import models


class RecordSelect(forms.Select):
    """A select whose options carry `data-initials`, which combobox.js matches."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with the words by which it is found."""
        option = super().create_option(name, value, *args, **kwargs)
        record = getattr(value, "instance", None)
        if record is not None:
            option["attrs"].update(self.choices.field.marks(record))
        return option


class RecordIterator(forms.models.ModelChoiceIterator):
    """The records, in groups if the field names one."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        if not self.field.group:
            yield from (self.choice(record) for record in self.queryset)
            return
        for group, records in groupby(self.queryset, key=self.field.group_of):
            yield (group, [self.choice(record) for record in records])


class RecordChoice(forms.ModelChoiceField):
    """One record of a table.

    group: the attribute or method that names an option's group. search: columns that find it.
    note: a column that is written behind the label.
    """

    widget = RecordSelect
    iterator = RecordIterator

    def __init__(
        self,
        queryset: models.QuerySet,
        *,
        group: str = "",
        search: tuple[str, ...] = ("initials",),
        note: str = "",
        **options: Any,
    ) -> None:
        self.group, self.search, self.note = group, search, note
        relation = group if group and not group.startswith("get_") else None
        super().__init__(queryset.select_related(relation) if relation else queryset, **options)
        self.widget.attrs.setdefault("data-combobox", "")

    def group_of(self, record: models.Model) -> str:
        """The name of the record's group."""
        found = attrgetter(self.group)(record)
        return str(found() if callable(found) else found)

    def marks(self, record: models.Model) -> dict[str, str]:
        """The option's data attributes."""
        marks = {"data-initials": " ".join(str(getattr(record, name)) for name in self.search)}
        if hasattr(record, "system_id"):
            marks["data-system"] = str(record.system_id)
        return marks

    def label_from_instance(self, record: models.Model) -> str:
        """The record in words."""
        note = getattr(record, self.note) if self.note else ""
        return f"{record}（{note}）" if note else str(record)
