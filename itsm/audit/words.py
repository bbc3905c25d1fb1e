"""What the log's verbs are called, and whose details an auditor may read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Rooms whose details hold no text of a business record.
OPEN_ROOMS = ("accounts.", "audit.", "catalog.", "slas.", "notifications.", "lists.")
ACTS: dict[str, Promise] = {
    "accounts.sign_in": _("Sign in"),
    "accounts.sign_out": _("Sign out"),
    "accounts.lock_out": _("Lock after failures"),
    "accounts.end_sessions": _("End other sessions"),
    "accounts.change_password": _("Change password"),
    "accounts.reset_password": _("Reset password"),
    "accounts.set_second_factor": _("Set up second factor"),
    "accounts.reset_second_factor": _("Reset second factor"),
    "accounts.renew_recovery_codes": _("New recovery codes"),
    "accounts.use_recovery_code": _("Use a recovery code"),
    "accounts.create": _("Open account"),
    "accounts.edit": _("Edit person"),
    "accounts.edit_own": _("Edit own account"),
    "accounts.read": _("Read person"),
    "accounts.grant": _("Grant roles"),
    "accounts.deactivate": _("Close account"),
    "accounts.restore": _("Open account again"),
    "audit.read": _("Read audit entry"),
    "audit.verify": _("Verify audit log"),
    "lists.export": _("Export a list"),
    "tickets.open": pgettext_lazy("audit", "Report a ticket"),
    "tickets.accept": pgettext_lazy("audit", "Accept a ticket"),
    "tickets.claim": pgettext_lazy("audit", "Claim a ticket"),
    "tickets.assign": pgettext_lazy("audit", "Assign a ticket"),
    "tickets.transfer": pgettext_lazy("audit", "Transfer a ticket"),
    "tickets.hold": pgettext_lazy("audit", "Put a ticket on hold"),
    "tickets.resume": pgettext_lazy("audit", "Resume a ticket"),
    "tickets.resolve": pgettext_lazy("audit", "Resolve a ticket"),
    "tickets.close": pgettext_lazy("audit", "Close a ticket"),
    "tickets.reopen": pgettext_lazy("audit", "Reopen a ticket"),
    "tickets.cancel": pgettext_lazy("audit", "Cancel a ticket"),
    "tickets.reply": pgettext_lazy("audit", "Reply on a ticket"),
    "tickets.note": pgettext_lazy("audit", "Note on a ticket"),
    "tickets.edit": pgettext_lazy("audit", "Edit a ticket"),
    "tickets.correct": pgettext_lazy("audit", "Correct a closed ticket"),
    "tickets.rate": pgettext_lazy("audit", "Rate a ticket"),
    "tickets.escalate": pgettext_lazy("audit", "Escalate a ticket"),
    "tickets.acknowledge": pgettext_lazy("audit", "Acknowledge an escalation"),
    "tickets.fix_deadline": pgettext_lazy("audit", "Agree on a deadline"),
    "tickets.annul": pgettext_lazy("audit", "Ask to annul a breach"),
    "tickets.decide_annulment": pgettext_lazy("audit", "Decide on an annulment"),
    "tickets.recalculate": pgettext_lazy("audit", "Recalculate a deadline"),
    "slas.draft": pgettext_lazy("audit", "Draft the agreement"),
    "slas.put_target": pgettext_lazy("audit", "Write a promise"),
    "slas.put_pause_rule": pgettext_lazy("audit", "Write a rule for waiting"),
    "slas.put_rung": pgettext_lazy("audit", "Write a level of the ladder"),
    "slas.remove_target": pgettext_lazy("audit", "Remove a promise"),
    "slas.remove_pause_rule": pgettext_lazy("audit", "Remove a rule for waiting"),
    "slas.remove_rung": pgettext_lazy("audit", "Remove a level of the ladder"),
    "slas.discard": pgettext_lazy("audit", "Discard the draft agreement"),
    "slas.publish": pgettext_lazy("audit", "Publish the agreement"),
    "slas.retry": pgettext_lazy("audit", "Try a parked clock again"),
    "notifications.choose": pgettext_lazy("audit", "Choose how to hear of things"),
    "notifications.resend": pgettext_lazy("audit", "Send messages again"),
    "notifications.give_up": pgettext_lazy("audit", "Give up messages"),
    "notifications.mark_copied": pgettext_lazy("audit", "Put a notice into a group"),
    "notifications.create_destination": pgettext_lazy("audit", "Add a group"),
    "notifications.change_destination": pgettext_lazy("audit", "Change a group"),
    "notifications.retire_destination": pgettext_lazy("audit", "Retire a group"),
    "notifications.restore_destination": pgettext_lazy("audit", "Restore a group"),
    "notifications.rotate_secret": pgettext_lazy("audit", "Make a new secret of a group"),
    "notifications.test_destination": pgettext_lazy("audit", "Send a test to a group"),
}
KEYS: dict[str, Promise] = {
    "browser": _("Browser"),
    "factor": _("Factor"),
    "second_factor": _("With second factor"),
    "locked": _("Locked"),
    "minutes": _("Minutes"),
    "reason": _("Reason"),
    "ended": _("Ended sessions"),
    "left_on": _("Last day"),
    "roles": _("Roles"),
    "sees_department": _("Sees the tickets of the own department"),
    "name": _("Name"),
    "job_title": _("Post"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "department": _("Department"),
    "vendor": _("Company"),
    "links": _("Links of the chain"),
    "faults": _("Faults"),
    "first": _("First faults"),
    "sentence": _("Sentence"),
    "status": _("Status"),
    "list": _("List"),
    "format": _("Format"),
    "rows": _("Rows"),
    "filters": _("Filters"),
    "level": _("Level"),
    "promise": _("Promise"),
    "told": _("Told"),
}


def act(verb: str) -> str:
    """The verb in words; its own name where it has none."""
    return str(ACTS.get(verb, verb))


def may_be_read(verb: str, object_type: str) -> bool:
    """Whether an auditor may read the details of such an event."""
    return verb.startswith(OPEN_ROOMS) and (not object_type or object_type.startswith(OPEN_ROOMS))
