"""The triggers that make the audit log insert-only and chain it."""

INSTALL = """
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, repeat('0', 64));

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is insert-only: % on % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_event_insert_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_link_insert_only BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_link_no_truncate BEFORE TRUNCATE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_head%ROWTYPE;
    next_hash text;
BEGIN
    SELECT * INTO STRICT last FROM audit_head WHERE id = 1 FOR NO KEY UPDATE;
    next_hash := encode(sha256(convert_to(last.hash || NEW.body_hash, 'UTF8')), 'hex');
    INSERT INTO audit_link (seq, event_id, previous_hash, hash)
        VALUES (last.seq + 1, NEW.id, last.hash, next_hash);
    UPDATE audit_head SET seq = last.seq + 1, hash = next_hash WHERE id = 1;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_event_chain AFTER INSERT ON audit_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""

REMOVE = """
DROP TRIGGER audit_event_chain ON audit_event;
DROP TRIGGER audit_head_no_truncate ON audit_head;
DROP TRIGGER audit_head_no_delete ON audit_head;
DROP TRIGGER audit_link_no_truncate ON audit_link;
DROP TRIGGER audit_link_insert_only ON audit_link;
DROP TRIGGER audit_event_no_truncate ON audit_event;
DROP TRIGGER audit_event_insert_only ON audit_event;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_refuse();
DELETE FROM audit_head;
"""

# One link after the other would leave a version of the head's row per event, each to be walked over by the next:
# quadratic. So the first deferred trigger of a transaction links all of its events and writes the head once. Under
# the head's lock every visible event without a link is this transaction's own. Dynamic, to be planned for the
# few rows at the end of the table.
LINK_TOGETHER = """
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last audit_head%ROWTYPE;
    made record;
BEGIN
    IF EXISTS (SELECT FROM audit_link WHERE event_id = NEW.id) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT last FROM audit_head WHERE id = 1 FOR NO KEY UPDATE;
    FOR made IN EXECUTE
        'SELECT e.id, e.body_hash FROM audit_event e WHERE e.id >= $1'
        ' AND NOT EXISTS (SELECT FROM audit_link l WHERE l.event_id = e.id) ORDER BY e.id' USING NEW.id
    LOOP
        INSERT INTO audit_link (seq, event_id, previous_hash, hash) VALUES (
            last.seq + 1, made.id, last.hash,
            encode(sha256(convert_to(last.hash || made.body_hash, 'UTF8')), 'hex')
        ) RETURNING seq, hash INTO last.seq, last.hash;
    END LOOP;
    UPDATE audit_head SET seq = last.seq, hash = last.hash WHERE id = 1;
    RETURN NULL;
END $$;
"""
