"""What people write themselves, by table: these columns are never shown unmasked, and mark their row."""

FREE_TEXT: dict[str, tuple[str, ...]] = {
    "ticket": (
        *("description", "title", "reporter_name", "location", "solution", "rating_comment"),
        *("scope_reason", "late_reason"),
    ),
    "comment": ("body", "author_name"),
    "dispute": ("decision",),
    "attempt": ("comment",),
}
# Columns of text that nobody writes freely, and the caller's own number, which those who call back may read.
NOT_FREE: dict[str, tuple[str, ...]] = {
    "ticket": ("number", "token", "reporter_phone", "origin"),
    "comment": (),
    "alertsource": ("name", "slug"),
    "alertseverity": ("word",),
    "alertreceipt": ("signature",),
    "followuprule": ("kind", "seed"),
}
