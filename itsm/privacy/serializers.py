"""Free text in the API."""

from rest_framework import serializers

from itsm.privacy.guard import masked


class MaskedField(serializers.CharField):
    """A text that is written as it is and read masked."""

    def to_representation(self, value: str) -> str:
        """The text with patient data hidden."""
        return masked(super().to_representation(value))
