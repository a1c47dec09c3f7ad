-- The audit log, raw documents, settings and people.

CREATE TABLE audit_head (
    slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

--sqlite INSERT INTO audit_head (slot, sequence, hash) VALUES (1, 0, zeroblob(32));
--pg INSERT INTO audit_head (slot, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit_entry (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    reason TEXT NOT NULL,
    details TEXT NOT NULL,
    previous BYTEA NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX audit_entry_at ON audit_entry (at, sequence);

CREATE TABLE audit_object (
    sequence BIGINT NOT NULL REFERENCES audit_entry (sequence),
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (sequence, place)
);
CREATE INDEX audit_object_named ON audit_object (kind, id, sequence);

-- What was written to the log stays: the engines themselves refuse to change or remove it.
--sqlite CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries cannot be changed'); END;
--sqlite CREATE TRIGGER audit_entry_remains BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit entries cannot be removed'); END;
--sqlite CREATE TRIGGER audit_object_stays BEFORE UPDATE ON audit_object BEGIN SELECT RAISE(ABORT, 'audit entries cannot be changed'); END;
--sqlite CREATE TRIGGER audit_object_remains BEFORE DELETE ON audit_object BEGIN SELECT RAISE(ABORT, 'audit entries cannot be removed'); END;
--pg CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''audit entries cannot be changed or removed''; END';
--pg CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
--pg CREATE TRIGGER audit_object_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_object FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TABLE blob (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    zstd BYTEA NOT NULL
);

CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE person (
    id BYTEA NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE person_grant (
    person_id BYTEA NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    site_id BYTEA,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL
);
CREATE INDEX person_grant_person ON person_grant (person_id, valid_to);

CREATE TABLE session (
    token_sha256 BYTEA NOT NULL PRIMARY KEY,
    person_id BYTEA NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_us BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE api_token (
    id BYTEA NOT NULL PRIMARY KEY,
    owner_id BYTEA NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    sha256 BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_token_in_use ON api_token (owner_id, name) WHERE revoked_at IS NULL;

CREATE TABLE api_token_grant (
    token_id BYTEA NOT NULL REFERENCES api_token (id),
    place BIGINT NOT NULL,
    role TEXT NOT NULL,
    site_id BYTEA,
    PRIMARY KEY (token_id, place)
);
