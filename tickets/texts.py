"""What people write themselves, by table: these columns are never shown unmasked, and mark their ticket."""

from typing import Any

FREE_TEXT: dict[str, tuple[str, ...]] = {
    "ticket": (
        *("description", "title", "reporter_name", "location", "solution", "rating_comment"),
        *("scope_reason", "late_reason"),
    ),
    "comment": ("body", "author_name"),
    "attachment": ("added_by_name",),
    "requirement": ("benefit", "evaluation"),
    "policyinterface": ("document_number", "issued_by", "evaluation"),
    "bug": ("found_in", "steps", "fixed_in"),
    "datacorrection": ("scope", "reason", "plan", "rollback"),
    "complaint": ("conclusion",),
    "finding": ("round_reference",),
    "alert": ("source",),
    "remotelog": ("actions",),
    "check": ("reason",),
    "dispute": ("decision",),
    "attempt": ("comment",),
}
# Columns of text that nobody writes freely, and the caller's own number, which those who call back may read.
NOT_FREE: dict[str, tuple[str, ...]] = {
    "ticket": ("number", "token", "origin", "reporter_phone"),
    "signature": ("digest",),
    "alert": ("fingerprint",),
    "check": ("item",),
    "comment": (),
    "alertsource": ("name", "slug"),
    "alertseverity": ("word",),
    "alertreceipt": ("signature",),
    "followuprule": ("kind", "seed"),
}


def free_texts(row: Any) -> list[str]:
    """What people wrote freely in this row."""
    return [getattr(row, name) for name in FREE_TEXT.get(row._meta.model_name, ())]
