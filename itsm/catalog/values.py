"""PURE: a contract parameter is kept as text; here it becomes the value that its kind promises."""

from datetime import date
from decimal import Decimal, InvalidOperation

Value = int | Decimal | date | str

INTEGER, DECIMAL, PERCENT, MONEY, DATE, TEXT = "integer", "decimal", "percent", "money", "date", "text"
_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 12


def parse(kind: str, text: str) -> Value:
    """The value of that text.

    integer: a whole number, not negative. decimal, money: not negative; money with at most two places.
    percent: 0 to 100. date: 2026-01-05. Raises ValueError if the text is none of its kind.
    """
    text = text.strip()
    if not text:
        raise ValueError("empty")
    if kind == TEXT:
        return text
    if kind == DATE:
        return date.fromisoformat(text)
    number = _number(text)
    if kind == INTEGER:
        if number != int(number):
            raise ValueError(text)
        return int(number)
    if kind == PERCENT and number > 100:
        raise ValueError(text)
    if kind == MONEY and number != number.quantize(_CENT):
        raise ValueError(text)
    return number


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite() or number < 0 or number >= _MOST:
        raise ValueError(text)
    return number


def written(value: Value) -> str:
    """The text under which a value is kept; `parse` gives the value back."""
    return value.isoformat() if isinstance(value, date) else str(value)
