-- What a source says with an asset of how far its zone can be reached. Empty: nobody has said. What counts is the zone's own value.

ALTER TABLE asset_version ADD COLUMN zone_exposure TEXT NOT NULL DEFAULT '';
