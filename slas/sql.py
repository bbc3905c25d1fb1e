"""What the database itself keeps: an agreement once published stays as it is, with all that it says."""

PARTS = ("slas_target", "slas_pauserule", "slas_rung")
INSTALL = """
CREATE FUNCTION slas_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'A published agreement is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER slas_policy_frozen BEFORE UPDATE OR DELETE ON slas_policy
    FOR EACH ROW EXECUTE FUNCTION slas_keep_published();

CREATE FUNCTION slas_keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM slas_policy WHERE state = 'published'
               AND (TG_OP <> 'INSERT' AND id = OLD.policy_id OR TG_OP <> 'DELETE' AND id = NEW.policy_id)) THEN
        RAISE EXCEPTION 'A published agreement is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION slas_keep_part();\n"
    for table in PARTS
)
REMOVE = (
    "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in PARTS)
    + "DROP FUNCTION slas_keep_part();\nDROP TRIGGER slas_policy_frozen ON slas_policy;\n"
    + "DROP FUNCTION slas_keep_published();\n"
)
