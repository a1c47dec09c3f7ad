-- The sortable key of each version text of the inventory: keys compare byte by byte as the versions do.
-- An empty key: the text is no version that is understood, or there is none.

CREATE TABLE version_key (
  version_text TEXT PRIMARY KEY,
  sort_key BYTEA NOT NULL
);
--pg INSERT INTO version_key (version_text, sort_key) VALUES ('', '\x');
--sqlite INSERT INTO version_key (version_text, sort_key) VALUES ('', X'');
