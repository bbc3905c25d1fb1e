"""Free text in the API: written as it is, read masked."""

from rest_framework import serializers

from itsm.privacy.serializers import MaskedField


class Form(serializers.Serializer):
    """A text with patient data."""

    text = MaskedField()


def test_a_masked_field_reads_masked():
    assert Form({"text": "病人13812345678"}).data == {"text": "病人138****5678"}


def test_a_masked_field_takes_the_text_as_it_is():
    form = Form(data={"text": "病人13812345678"})
    assert (form.is_valid(), form.validated_data) == (True, {"text": "病人13812345678"})
