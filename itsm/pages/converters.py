"""Parts of addresses: what does not look like a number or a token is no address of ours (404)."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class NumberConverter(StringConverter):
    """A record's number: GD20261014-0007."""

    regex = r"[A-Z]{2}\d{8}-\d{4,9}"


class TokenConverter(StringConverter):
    """The secret of a link, in URL-safe base64."""

    regex = r"[A-Za-z0-9_-]{16,43}"


class MonthConverter(StringConverter):
    """A month: 2026-10."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"


register_converter(MonthConverter, "month")
register_converter(NumberConverter, "number")
register_converter(TokenConverter, "token")
