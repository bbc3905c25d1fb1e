"""What the database refuses on ended tickets: nothing of them is deleted, and nothing that was said is changed.

Reopening changes the state as well, and is let through. What people write afterwards stands in FREE: notes and
files count the version up, the reporter rates once, and tracking links may be made anew.
"""

FINAL = ("closed", "rejected", "cancelled", "merged")
FROZEN = (
    *("number", "kind", "source", "state", "title", "description", "solution", "origin"),
    *("reporter_id", "reporter_name", "reporter_phone", "department_id", "location"),
    *("system_id", "module_id", "category_id", "vendor_id", "assignee_id"),
    *("impact", "urgency", "priority", "hold_reason", "mode", "is_risky"),
    *("reported_at", "opened_at", "responded_at", "resolved_at", "closed_at", "arrived_at", "promised_on", "due_at"),
    "late_reason",
    *("response_clock_id", "resolution_clock_id", "reopen_count", "transfer_count"),
)
ONCE = ("rating", "rating_comment", "rated_at")
FREE = (
    *("id", "version", "token", "updated_at", "has_patient_data", "search", *ONCE),
    # what the desk still decides about an ended ticket
    *("merged_into_id", "disputed", "out_of_scope", "scope_reason", "scope_by_hand", "urge_count", "urged_at"),
)
# The rows beside a ticket that belong to what was said. A monitor's alert counts on, whatever people close.
PARTS = (
    *("comment", "remotelog", "check", "requirement", "policyinterface", "bug", "datacorrection"),
    *("complaint", "finding"),
)


def _row(name: str, columns: tuple[str, ...]) -> str:
    return f"ROW({', '.join(f'{name}.{column}' for column in columns)})"


_FINAL = ", ".join(f"'{state}'" for state in FINAL)
INSTALL = f"""
CREATE FUNCTION ticket_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ({_FINAL}) THEN
            RAISE EXCEPTION 'Ticket % has ended and is not deleted.', OLD.number
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ({_FINAL}) AND NEW.state IN ({_FINAL}) AND (
        {_row("OLD", FROZEN)} IS DISTINCT FROM {_row("NEW", FROZEN)}
        OR (OLD.rating IS NOT NULL AND {_row("OLD", ONCE)} IS DISTINCT FROM {_row("NEW", ONCE)})
    ) THEN
        RAISE EXCEPTION 'Ticket % has ended; it is corrected by a row of its own.', OLD.number
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ticket_part_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'has_patient_data' = to_jsonb(OLD) - 'has_patient_data' THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM tickets_ticket WHERE id = OLD.ticket_id AND state IN ({_FINAL})) THEN
        RAISE EXCEPTION 'The ticket has ended: % on % is refused.', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER tickets_ticket_frozen BEFORE UPDATE OR DELETE ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_frozen();
""" + "".join(
    f"CREATE TRIGGER tickets_{part}_frozen BEFORE UPDATE OR DELETE ON tickets_{part}\n"
    "    FOR EACH ROW EXECUTE FUNCTION ticket_part_frozen();\n"
    for part in PARTS
)
REMOVE = (
    "".join(f"DROP TRIGGER tickets_{part}_frozen ON tickets_{part};\n" for part in ("ticket", *PARTS))
    + "DROP FUNCTION ticket_part_frozen();\nDROP FUNCTION ticket_frozen();\n"
)
