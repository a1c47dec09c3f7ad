-- The certificate for functional safety that an asset stands under, until when it holds, and what it covers. Empty: nobody has said.

ALTER TABLE asset_version ADD COLUMN safety_certificate TEXT NOT NULL DEFAULT '';
ALTER TABLE asset_version ADD COLUMN certificate_until TEXT NOT NULL DEFAULT '';
ALTER TABLE asset_version ADD COLUMN certified_releases TEXT NOT NULL DEFAULT '';
