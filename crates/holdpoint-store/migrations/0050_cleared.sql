-- match_news has a third kind, cleared: what was a yes or unknown is a "no" now. Runs count news by asset, as the list of news
-- shows it: what older programs counted by configuration is counted anew, for the assets of the moment of the run.

ALTER TABLE match_run ADD COLUMN cleared BIGINT NOT NULL DEFAULT 0;
UPDATE match_run SET
  raised = (SELECT COUNT(*) FROM match_news n JOIN asset_version a ON a.configuration_no = n.configuration_no
    AND a.valid_from <= match_run.started_at AND a.valid_to > match_run.started_at
    WHERE n.run_no = match_run.number AND n.kind = 'raised'),
  noted = (SELECT COUNT(*) FROM match_news n JOIN asset_version a ON a.configuration_no = n.configuration_no
    AND a.valid_from <= match_run.started_at AND a.valid_to > match_run.started_at
    WHERE n.run_no = match_run.number AND n.kind = 'noted')
WHERE EXISTS (SELECT 1 FROM match_news n WHERE n.run_no = match_run.number);
