"""Forms and filters of registers. A form checks its input; the verb checks the rules and writes."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Section(NamedTuple):
    """Fields that stand together under a heading."""

    title: str | Promise
    fields: list[BoundField]


class RegisterForm(forms.ModelForm):
    """A record of a register.

    GROUPS: (heading, names of fields) in their order; a field in no group stands at the end. `version`
    is the one that the editor saw; `key` makes the second sending of a new record harmless.
    """

    GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = ()

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("version", self.instance.version)
            self._keep_retired()
        else:
            self.initial.setdefault("key", uuid.uuid4())

    def _keep_retired(self) -> None:
        """What the record points at stays a choice after it was retired."""
        for name, field in self.fields.items():
            kept = getattr(self.instance, f"{name}_id", None)
            if kept and isinstance(field, forms.ModelChoiceField):
                field.queryset = field.queryset | field.queryset.model.objects.filter(pk=kept)

    def clean_version(self) -> int | None:
        """A change without the version that was seen would overwrite unseen."""
        if self.instance.pk and self.cleaned_data["version"] is None:
            raise forms.ValidationError(_("Please open the form anew."))
        return self.cleaned_data["version"]

    def _post_clean(self) -> None:
        """Leave the record alone: the verb writes it, under its lock."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "key")}

    def sections(self) -> Iterator[Section]:
        """The visible fields under their headings."""
        left = {bound.name: bound for bound in self.visible_fields()}
        for title, names in self.GROUPS:
            found = [left.pop(name) for name in names if name in left]
            if found:
                yield Section(title, found)
        if left:
            yield Section("", list(left.values()))

    def blame(self, errors: Mapping[str, list[str]]) -> None:
        """Put the verb's sentences at the fields that they are about."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def optional(queryset: Any, **options: Any) -> Any:
    """A record's select that may stay empty."""
    from itsm.pages.fields import RecordChoice

    return RecordChoice(queryset, required=False, empty_label=gettext_lazy("None"), **options)


class RegisterFilter(django_filters.FilterSet):
    """Filters over a list; the empty choice of each says what it narrows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.form.fields.items():
            if hasattr(field, "empty_label"):
                field.empty_label = _("{what}: all").format(what=self.filters[name].label)
                field.widget.choices = field.choices  # a widget keeps a copy of plain choices
