"""What the database itself keeps: an agreement once recorded, and a service once published, stay as they are."""

INSTALL = """
CREATE FUNCTION catalog_refuse_amendment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A contract amendment is insert-only: % is refused.', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER catalog_amendment_insert_only BEFORE UPDATE OR DELETE ON catalog_amendment
    FOR EACH ROW EXECUTE FUNCTION catalog_refuse_amendment();

CREATE FUNCTION catalog_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'A published service version is kept.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        (to_jsonb(NEW) - 'state' - 'retired_at') <> (to_jsonb(OLD) - 'state' - 'retired_at')
        OR NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')
    ) THEN
        RAISE EXCEPTION 'A published service version is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER catalog_serviceversion_frozen BEFORE UPDATE OR DELETE ON catalog_serviceversion
    FOR EACH ROW EXECUTE FUNCTION catalog_keep_published();
"""

REMOVE = """
DROP TRIGGER catalog_serviceversion_frozen ON catalog_serviceversion;
DROP FUNCTION catalog_keep_published();
DROP TRIGGER catalog_amendment_insert_only ON catalog_amendment;
DROP FUNCTION catalog_refuse_amendment();
"""

# Versions of calendars: every deadline that was counted by one must stay explicable.
CALENDARS = """
CREATE FUNCTION catalog_keep_calendar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' THEN
        RAISE EXCEPTION 'A published calendar version is frozen: % is refused.', TG_OP
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER catalog_calendarversion_frozen BEFORE UPDATE OR DELETE ON catalog_calendarversion
    FOR EACH ROW EXECUTE FUNCTION catalog_keep_calendar();
"""

CALENDARS_FREE = """
DROP TRIGGER catalog_calendarversion_frozen ON catalog_calendarversion;
DROP FUNCTION catalog_keep_calendar();
"""
