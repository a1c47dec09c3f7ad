// Advisory impact: which of our assets does it touch, where, and why. The head answers; the tabs give the rest.

import { Link, useParams } from '@tanstack/react-router';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { TabLinks } from '../../parts/TabLinks';
import { useView } from '../../view';
import { useAdvisory } from '../advisories/AdvisoryDrawer';
import { AdvisoryClock } from '../findings/AdvisoryClock';
import { AdvisoryActions } from './AdvisoryActions';
import { CommentsTab } from './CommentsTab';
import { DocumentTab } from './DocumentTab';
import { ImpactTab } from './ImpactTab';
import { PlanAction } from './PlanAction';
import { ProductsTab } from './ProductsTab';
import { RemediationTab } from './RemediationTab';
import { RevisionsTab } from './RevisionsTab';

const words = messages.impact;
const TABS = [
  ['impact', words.tabs.impact],
  ['remediation', messages.remediation.tab],
  ['document', words.tabs.document],
  ['products', words.tabs.products],
  ['revisions', words.tabs.revisions],
  ['comments', messages.comments.tab],
] as const;

export function ImpactPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const [view] = useView();
  const advisory = useAdvisory(id, view.as_of);
  const tab = view.tab ?? 'impact';
  const found = advisory.data;
  return (
    <Page
      title={found ? `${found.tracking_id}: ${found.title}` : id}
      kicker={
        <Link to="/advisories" search={view.site ? { site: view.site } : {}}>
          {words.back}
        </Link>
      }
      actions={
        <>
          {found && !view.as_of && <PlanAction advisory={found} />}
          {found && !view.as_of && <AdvisoryActions advisory={found} />}
          <a href={`/api/v1/advisories/${encodeURIComponent(id)}/raw`} download>
            {words.download}
          </a>
          <CopyAs
            noun={`advisory impact ${found?.tracking_id ?? id}`}
            path={`/api/v1/advisories/${id}/impact`}
            filter={view.filter ?? ''}
          />
        </>
      }
      bar={<TabLinks label={found?.tracking_id ?? id} tabs={TABS} first="impact" />}
    >
      {advisory.error && <ProblemNote error={advisory.error} onRetry={() => void advisory.refetch()} />}
      {tab === 'impact' && found && !view.as_of && <AdvisoryClock advisory={found.tracking_id} />}
      {tab === 'impact' && <ImpactTab id={id} />}
      {tab === 'remediation' && found && <RemediationTab advisory={found} />}
      {tab === 'document' && found && <DocumentTab advisory={found} />}
      {tab === 'products' && <ProductsTab id={id} />}
      {tab === 'revisions' && <RevisionsTab id={id} />}
      {tab === 'comments' && <CommentsTab id={id} />}
    </Page>
  );
}
