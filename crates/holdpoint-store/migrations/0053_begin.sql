-- Orders and offers that a device may not have begun: until when it may begin, as it was told last and at the latest; until when it
-- may by what the process says now; why it may not any more; and when it was told so.
ALTER TABLE agent_order ADD COLUMN last_start_at BIGINT;
ALTER TABLE agent_order ADD COLUMN latest_start_at BIGINT;
ALTER TABLE agent_order ADD COLUMN good_until BIGINT;
ALTER TABLE agent_order ADD COLUMN shut TEXT;
ALTER TABLE agent_order ADD COLUMN stop_at BIGINT;
ALTER TABLE controller_action ADD COLUMN shut TEXT;
ALTER TABLE controller_action ADD COLUMN stop_at BIGINT;
