"""What the database itself keeps: a published scheme, a confirmed assessment, and the score of a submitted one."""

PARTS = ("reports_item", "reports_band", "reports_deductionrule")
# When the rows that hang on an assessment may be written.
OPEN_IN = {"reports_deduction": "draft", "reports_appeal": "submitted"}
_WHOLE = """
CREATE FUNCTION reports_keep_scheme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'published' THEN
        RAISE EXCEPTION 'A published scheme is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER reports_scheme_frozen BEFORE UPDATE OR DELETE ON reports_scheme
    FOR EACH ROW EXECUTE FUNCTION reports_keep_scheme();

CREATE FUNCTION reports_keep_scheme_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM reports_scheme WHERE state = 'published'
               AND (TG_OP <> 'INSERT' AND id = OLD.scheme_id OR TG_OP <> 'DELETE' AND id = NEW.scheme_id)) THEN
        RAISE EXCEPTION 'A published scheme is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE FUNCTION reports_keep_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An assessment is not deleted.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'confirmed' THEN
        RAISE EXCEPTION 'A confirmed assessment is frozen.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.state = 'submitted' THEN
        IF NEW.state = 'draft' OR NEW.measured <> OLD.measured OR NEW.scheme_id <> OLD.scheme_id THEN
            RAISE EXCEPTION 'A submitted assessment keeps what was measured.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF (NEW.score, NEW.base, NEW.deducted) IS DISTINCT FROM (OLD.score, OLD.base, OLD.deducted) AND NOT EXISTS (
            SELECT FROM reports_appeal WHERE assessment_id = NEW.id AND decision = 'upheld'
                AND score_before IS NOT DISTINCT FROM OLD.score AND score_after IS NOT DISTINCT FROM NEW.score) THEN
            RAISE EXCEPTION 'A submitted score changes by an upheld appeal alone.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reports_assessment_kept BEFORE UPDATE OR DELETE ON reports_assessment
    FOR EACH ROW EXECUTE FUNCTION reports_keep_assessment();

CREATE FUNCTION reports_keep_appeal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.decision <> 'open' THEN
        RAISE EXCEPTION 'A decided appeal stays.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reports_appeal_kept BEFORE UPDATE OR DELETE ON reports_appeal
    FOR EACH ROW EXECUTE FUNCTION reports_keep_appeal();
"""
_PART = """
CREATE TRIGGER TABLE_frozen BEFORE INSERT OR UPDATE OR DELETE ON TABLE
    FOR EACH ROW EXECUTE FUNCTION reports_keep_scheme_part();
"""
_IN_STATE = """
CREATE FUNCTION TABLE_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT EXISTS (
        SELECT FROM reports_assessment WHERE id = NEW.assessment_id AND state = 'STATE') OR (
        TG_OP = 'UPDATE' AND NEW.assessment_id <> OLD.assessment_id) THEN
        RAISE EXCEPTION 'Written only while the assessment is STATE.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER TABLE_in_state BEFORE INSERT OR UPDATE OR DELETE ON TABLE
    FOR EACH ROW EXECUTE FUNCTION TABLE_keep();
"""
INSTALL = (
    _WHOLE
    + "".join(_PART.replace("TABLE", table) for table in PARTS)
    + "".join(_IN_STATE.replace("TABLE", table).replace("STATE", state) for table, state in OPEN_IN.items())
)
REMOVE = (
    "".join(f"DROP TRIGGER {table}_in_state ON {table}; DROP FUNCTION {table}_keep();\n" for table in OPEN_IN)
    + "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in PARTS)
    + """
DROP TRIGGER reports_appeal_kept ON reports_appeal; DROP FUNCTION reports_keep_appeal();
DROP TRIGGER reports_assessment_kept ON reports_assessment; DROP FUNCTION reports_keep_assessment();
DROP FUNCTION reports_keep_scheme_part();
DROP TRIGGER reports_scheme_frozen ON reports_scheme; DROP FUNCTION reports_keep_scheme();
"""
)
