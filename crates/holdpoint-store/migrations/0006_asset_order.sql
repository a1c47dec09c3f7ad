-- The order in which assets are listed when no other is asked for.

CREATE INDEX asset_version_in_order ON asset_version (COALESCE(tag, ''), number);
