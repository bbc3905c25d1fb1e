"""Forms that offer a stored text for correction without showing the patient data in it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from itsm.privacy.guard import masked


class MaskedTexts(forms.BaseForm):
    """Offers stored texts masked; a masked text that was left alone stays as it is stored."""

    stored: dict[str, str]

    def offer_masked(self, names: Iterable[str]) -> None:
        """Mask these fields' initial texts; called once, when the form knows what is stored."""
        texts = {name: self.initial.get(name) for name in names if name in self.fields}
        self.stored = {name: text for name, text in texts.items() if text and masked(text) != text}
        self.initial.update(masked(self.stored))

    def clean(self) -> dict[str, Any] | None:
        """Put the stored text back where the masked one came back."""
        cleaned = super().clean()
        values = self.cleaned_data if cleaned is None else cleaned
        for name, text in self.stored.items():
            if name in values and _even(values[name]) == _even(masked(text)):
                values[name] = text
        return values


def _even(text: str) -> str:
    """A browser sends every end of a line as two characters."""
    return "\n".join(text.splitlines()).strip()
