-- When a device last asked: agents, and devices with a client of their own. A mark that nobody decides, a few minutes coarse.

ALTER TABLE agent ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE agent SET seen_at = enrolled_at;
UPDATE agent SET seen_at = heard_at WHERE heard_at > seen_at;
UPDATE agent SET seen_at = inventory_at WHERE inventory_at > seen_at;
ALTER TABLE controller ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE controller SET seen_at = first_at;
