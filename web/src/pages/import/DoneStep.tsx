// Step 4: what was done, with the entry of the audit log.

import { Button } from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import type { AssetImport } from '../../api/types';
import { messages } from '../../messages';
import { ReportCounts } from './PreviewStep';

const words = messages.wizard;

export function DoneStep({ report, onAgain }: { report: AssetImport; onAgain: () => void }) {
  return (
    <div role="status">
      <h2>{words.done}</h2>
      <ReportCounts report={report} />
      {report.matches && <p>{words.doneMatches(report.matches.opened, report.matches.closed)}</p>}
      {report.audit_sequence !== null && report.audit_sequence !== undefined && (
        <p>
          <Link to="/audit" search={{ open: String(report.audit_sequence) }}>
            {words.entry(report.audit_sequence)}
          </Link>
        </p>
      )}
      <div className="hp-buttons">
        <Link to="/assets" className="pf-v6-c-button pf-m-primary">
          {words.toAssets}
        </Link>
        <Button variant="link" onClick={onAgain}>
          {words.again}
        </Button>
      </div>
    </div>
  );
}
