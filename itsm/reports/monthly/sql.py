"""What the database itself keeps: an approved edition stays as it is, a submitted one keeps its words.

What is sealed is insert-only; see the migration.
"""

INSTALL = """
CREATE FUNCTION reports_keep_edition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An edition of a report is not deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'approved' THEN
        RAISE EXCEPTION 'An approved report is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state IN ('submitted', 'reviewed') AND (NEW.texts <> OLD.texts OR NEW.drawn <> OLD.drawn) THEN
        RAISE EXCEPTION 'A submitted report keeps its words.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reports_edition_kept BEFORE UPDATE OR DELETE ON reports_edition
    FOR EACH ROW EXECUTE FUNCTION reports_keep_edition();
"""
REMOVE = """
DROP TRIGGER reports_edition_kept ON reports_edition;
DROP FUNCTION reports_keep_edition();
"""
