"""Sets of keys that the database finds before it looks at the rows."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func, QuerySet


class AnyOf(Func):
    """`filter(AnyOf("ticket", tickets.values("pk")))`: as `ticket__in`, but the keys are found first.

    For few keys and rows that are joined with others: settings.DATABASES has lists joined in their written order, in
    which a set of keys comes last, after every row there is. The rows are then found by the index of the column.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, keys: QuerySet[Any, Any]) -> None:
        """keys: one column of values."""
        super().__init__(column, ArraySubquery(keys))
