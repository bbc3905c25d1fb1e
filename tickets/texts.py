"""What people write themselves, by table: these columns are never shown unmasked, and mark their row."""

FREE_TEXT: dict[str, tuple[str, ...]] = {
    "ticket": ("description", "title", "reporter_name", "location", "solution", "rating_comment"),
    "comment": ("body", "author_name"),
    "correction": ("was", "should_be", "reason", "by_name"),
}
# Columns of text that nobody writes freely, and the caller's own number, which those who call back may read.
NOT_FREE: dict[str, tuple[str, ...]] = {
    "ticket": ("number", "token", "reporter_phone"),
    "comment": (),
    "correction": ("field",),
}
