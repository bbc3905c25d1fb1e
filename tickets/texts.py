"""What people write themselves, by table: these columns are never shown unmasked, and mark their ticket."""

FREE_TEXT: dict[str, tuple[str, ...]] = {
    "ticket": (
        *("description", "title", "reporter_name", "location", "solution", "rating_comment"),
        *("scope_reason", "late_reason"),
    ),
    "comment": ("body", "author_name"),
    "requirement": ("benefit", "evaluation"),
    "policyinterface": ("document_number", "issued_by", "evaluation"),
    "bug": ("found_in", "steps", "fixed_in"),
    "datacorrection": ("scope", "reason", "plan", "rollback"),
    "complaint": ("conclusion",),
    "finding": ("round_reference",),
    "alert": ("source", "fingerprint"),
    "remotelog": ("actions",),
    "check": ("reason",),
    "dispute": ("decision",),
    "attempt": ("comment",),
    "letter": ("subject", "sender_name"),
    "correction": ("was", "should_be", "reason", "by_name"),
}
# Columns of text that nobody writes freely, the caller's own number, which those who call back may read, and
# copies of a ticket's own names, which are masked where they are shown.
NOT_FREE: dict[str, tuple[str, ...]] = {
    "ticket": ("number", "token", "origin", "reporter_phone"),
    "comment": (),
    "alertsource": ("name", "slug"),
    "alertseverity": ("word",),
    "alertreceipt": ("signature",),
    "followuprule": ("kind", "seed"),
    "letter": ("mailbox", "message_hash", "message_id", "sender_address", "fault"),
    "mailbox": ("name", "error"),
    "attachment": ("added_by_name",),
    "signature": ("digest",),
    "check": ("item",),
    "correction": ("field",),
}
# The kinds' own rows, by the name of their relation to the ticket.
PARTICULARS = ("requirement", "policyinterface", "bug", "datacorrection", "complaint", "finding", "alert")
# Free texts of the desk's own affairs: masked like all, without a mark of their own.
UNMARKED = ("correction", "dispute", "attempt", "letter")
# Rows below a ticket whose texts mark it too.
BELOW = ("comments", "remote_logs", "checks", *PARTICULARS)
