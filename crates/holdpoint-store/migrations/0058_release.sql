-- An asset on which the release of a stricter baseline is not seen any more goes on being governed by that baseline until a second
-- person agrees that it left it: of the kind `release`, the lowering names the baseline.
ALTER TABLE lowering ADD COLUMN baseline_id BYTEA;
