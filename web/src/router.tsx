// The addresses of the pages. Everything else about a page is in its search part (`url.ts`).

import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { Frame } from './frame/Frame';
import { AccountPage } from './pages/account/AccountPage';
import { AdvisoriesPage } from './pages/advisories/AdvisoriesPage';
import { AgentsPage } from './pages/agents/AgentsPage';
import { ApprovalPage } from './pages/approvals/ApprovalPage';
import { ApprovalsPage } from './pages/approvals/ApprovalsPage';
import { AssetPage } from './pages/assets/AssetPage';
import { AssetsPage } from './pages/assets/AssetsPage';
import { UnmatchedPage } from './pages/assets/UnmatchedPage';
import { AuditPage } from './pages/audit/AuditPage';
import { BaselinePage } from './pages/baselines/BaselinePage';
import { BaselinesPage } from './pages/baselines/BaselinesPage';
import { CalendarPage } from './pages/calendar/CalendarPage';
import { WindowPage } from './pages/calendar/WindowPage';
import { CriticalityPage } from './pages/criticality/CriticalityPage';
import { DeferralsPage } from './pages/deferrals/DeferralsPage';
import { DeploymentPage } from './pages/deployments/DeploymentPage';
import { DeploymentsPage } from './pages/deployments/DeploymentsPage';
import { StepPage } from './pages/deployments/StepPage';
import { ExpressionsPage } from './pages/expressions/ExpressionsPage';
import { FindingsPage } from './pages/findings/FindingsPage';
import { ImpactPage } from './pages/impact/ImpactPage';
import { ImportPage } from './pages/import/ImportPage';
import { MatchesPage } from './pages/matches/MatchesPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { NoticesPage } from './pages/notices/NoticesPage';
import { PatchesPage } from './pages/patches/PatchesPage';
import { PlanPage } from './pages/plans/PlanPage';
import { PlansPage } from './pages/plans/PlansPage';
import { PoliciesPage } from './pages/policies/PoliciesPage';
import { PolicyPage } from './pages/policies/PolicyPage';
import { QualificationPage } from './pages/qualification/QualificationPage';
import { QuarantinePage } from './pages/quarantine/QuarantinePage';
import { ReviewPage } from './pages/review/ReviewPage';
import { RulesPage } from './pages/rules/RulesPage';
import { RunsPage } from './pages/runs/RunsPage';
import { SetupPage } from './pages/sign-in/SetupPage';
import { SignInPage } from './pages/sign-in/SignInPage';
import { SourcesPage } from './pages/sources/SourcesPage';
import { SuppliersPage } from './pages/suppliers/SuppliersPage';
import { RunPage } from './pages/tests/RunPage';
import { TestsPage } from './pages/tests/TestsPage';
import { TokensPage } from './pages/tokens/TokensPage';
import { TransferPage } from './pages/transfer/TransferPage';
import { UsersPage } from './pages/users/UsersPage';
import { VerificationPage } from './pages/verification/VerificationPage';
import { VulnerabilitiesPage } from './pages/vulnerabilities/VulnerabilitiesPage';
import { WorkOrderPage } from './pages/work-orders/WorkOrderPage';
import { WorkOrdersPage } from './pages/work-orders/WorkOrdersPage';
import { parseSearch, stringifySearch } from './url';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignInPage });
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage });
const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });
const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/findings', replace: true });
  },
});

const PAGES = [
  createRoute({ getParentRoute: () => frame, path: '/advisories', component: AdvisoriesPage }),
  createRoute({ getParentRoute: () => frame, path: '/advisories/$id', component: ImpactPage }),
  createRoute({ getParentRoute: () => frame, path: '/findings', component: FindingsPage }),
  createRoute({ getParentRoute: () => frame, path: '/matches', component: MatchesPage }),
  createRoute({ getParentRoute: () => frame, path: '/vulnerabilities', component: VulnerabilitiesPage }),
  createRoute({ getParentRoute: () => frame, path: '/review', component: ReviewPage }),
  createRoute({ getParentRoute: () => frame, path: '/rules', component: RulesPage }),
  createRoute({ getParentRoute: () => frame, path: '/patches', component: PatchesPage }),
  createRoute({ getParentRoute: () => frame, path: '/qualification', component: QualificationPage }),
  createRoute({ getParentRoute: () => frame, path: '/suppliers', component: SuppliersPage }),
  createRoute({ getParentRoute: () => frame, path: '/approvals', component: ApprovalsPage }),
  createRoute({ getParentRoute: () => frame, path: '/approvals/$id', component: ApprovalPage }),
  createRoute({ getParentRoute: () => frame, path: '/baselines', component: BaselinesPage }),
  createRoute({ getParentRoute: () => frame, path: '/baselines/$id', component: BaselinePage }),
  createRoute({ getParentRoute: () => frame, path: '/deferrals', component: DeferralsPage }),
  createRoute({ getParentRoute: () => frame, path: '/agents', component: AgentsPage }),
  createRoute({ getParentRoute: () => frame, path: '/criticality', component: CriticalityPage }),
  createRoute({ getParentRoute: () => frame, path: '/notices', component: NoticesPage }),
  createRoute({ getParentRoute: () => frame, path: '/policies', component: PoliciesPage }),
  createRoute({ getParentRoute: () => frame, path: '/policies/$kind', component: PolicyPage }),
  createRoute({ getParentRoute: () => frame, path: '/tests', component: TestsPage }),
  createRoute({ getParentRoute: () => frame, path: '/tests/$id', component: RunPage }),
  createRoute({ getParentRoute: () => frame, path: '/runs', component: RunsPage }),
  createRoute({ getParentRoute: () => frame, path: '/expressions', component: ExpressionsPage }),
  createRoute({ getParentRoute: () => frame, path: '/quarantine', component: QuarantinePage }),
  createRoute({ getParentRoute: () => frame, path: '/sources', component: SourcesPage }),
  createRoute({ getParentRoute: () => frame, path: '/assets', component: AssetsPage }),
  createRoute({ getParentRoute: () => frame, path: '/assets/import', component: ImportPage }),
  createRoute({ getParentRoute: () => frame, path: '/assets/unmatched', component: UnmatchedPage }),
  createRoute({ getParentRoute: () => frame, path: '/assets/$id', component: AssetPage }),
  createRoute({ getParentRoute: () => frame, path: '/calendar', component: CalendarPage }),
  createRoute({ getParentRoute: () => frame, path: '/windows/$id', component: WindowPage }),
  createRoute({ getParentRoute: () => frame, path: '/plans', component: PlansPage }),
  createRoute({ getParentRoute: () => frame, path: '/plans/$id', component: PlanPage }),
  createRoute({ getParentRoute: () => frame, path: '/deployments', component: DeploymentsPage }),
  createRoute({ getParentRoute: () => frame, path: '/deployments/$id', component: DeploymentPage }),
  createRoute({ getParentRoute: () => frame, path: '/deployments/$id/steps/$number', component: StepPage }),
  createRoute({ getParentRoute: () => frame, path: '/verification', component: VerificationPage }),
  createRoute({ getParentRoute: () => frame, path: '/work-orders', component: WorkOrdersPage }),
  createRoute({ getParentRoute: () => frame, path: '/work-orders/$id', component: WorkOrderPage }),
  createRoute({ getParentRoute: () => frame, path: '/transfer', component: TransferPage }),
  createRoute({ getParentRoute: () => frame, path: '/audit', component: AuditPage }),
  createRoute({ getParentRoute: () => frame, path: '/users', component: UsersPage }),
  createRoute({ getParentRoute: () => frame, path: '/tokens', component: TokensPage }),
  createRoute({ getParentRoute: () => frame, path: '/account', component: AccountPage }),
];

export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([signIn, setup, frame.addChildren([home, ...PAGES])]),
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    scrollRestoration: false,
  });
}
