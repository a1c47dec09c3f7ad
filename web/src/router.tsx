// The addresses of the pages. Everything else about a page is in its search part (`url.ts`).

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { Frame } from './frame/Frame';
import { AdvisoriesPage } from './pages/advisories/AdvisoriesPage';
import { ApprovalPage } from './pages/approvals/ApprovalPage';
import { ApprovalsPage } from './pages/approvals/ApprovalsPage';
import { AssetPage } from './pages/assets/AssetPage';
import { AssetsPage } from './pages/assets/AssetsPage';
import { UnmatchedPage } from './pages/assets/UnmatchedPage';
import { BaselinePage } from './pages/baselines/BaselinePage';
import { BaselinesPage } from './pages/baselines/BaselinesPage';
import { CalendarPage } from './pages/calendar/CalendarPage';
import { DeferralsPage } from './pages/deferrals/DeferralsPage';
import { DeploymentPage } from './pages/deployments/DeploymentPage';
import { DeploymentsPage } from './pages/deployments/DeploymentsPage';
import { FindingsPage } from './pages/findings/FindingsPage';
import { ImpactPage } from './pages/impact/ImpactPage';
import { MatchesPage } from './pages/matches/MatchesPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { NoticesPage } from './pages/notices/NoticesPage';
import { PatchesPage } from './pages/patches/PatchesPage';
import { PlanPage } from './pages/plans/PlanPage';
import { PlansPage } from './pages/plans/PlansPage';
import { PoliciesPage } from './pages/policies/PoliciesPage';
import { QualificationPage } from './pages/qualification/QualificationPage';
import { ReviewPage } from './pages/review/ReviewPage';
import { SignInPage } from './pages/sign-in/SignInPage';
import { SuppliersPage } from './pages/suppliers/SuppliersPage';
import { VerificationPage } from './pages/verification/VerificationPage';
import { VulnerabilitiesPage } from './pages/vulnerabilities/VulnerabilitiesPage';
import { WorkOrderPage } from './pages/work-orders/WorkOrderPage';
import { WorkOrdersPage } from './pages/work-orders/WorkOrdersPage';
import { parseSearch, stringifySearch } from './url';

// Pages that are opened seldom come when they are: the first look at a queue must not wait for them.
const AccountPage = lazyRouteComponent(() => import('./pages/account/AccountPage'), 'AccountPage');
const AgentsPage = lazyRouteComponent(() => import('./pages/agents/AgentsPage'), 'AgentsPage');
const AuditPage = lazyRouteComponent(() => import('./pages/audit/AuditPage'), 'AuditPage');
const ExpressionsPage = lazyRouteComponent(
  () => import('./pages/expressions/ExpressionsPage'),
  'ExpressionsPage',
);
const ImportPage = lazyRouteComponent(() => import('./pages/import/ImportPage'), 'ImportPage');
const QuarantinePage = lazyRouteComponent(
  () => import('./pages/quarantine/QuarantinePage'),
  'QuarantinePage',
);
const RulesPage = lazyRouteComponent(() => import('./pages/rules/RulesPage'), 'RulesPage');
const RunPage = lazyRouteComponent(() => import('./pages/tests/RunPage'), 'RunPage');
const TestsPage = lazyRouteComponent(() => import('./pages/tests/TestsPage'), 'TestsPage');
const StepPage = lazyRouteComponent(() => import('./pages/deployments/StepPage'), 'StepPage');
const RunsPage = lazyRouteComponent(() => import('./pages/runs/RunsPage'), 'RunsPage');
const SetupPage = lazyRouteComponent(() => import('./pages/sign-in/SetupPage'), 'SetupPage');
const SourcesPage = lazyRouteComponent(() => import('./pages/sources/SourcesPage'), 'SourcesPage');
const TokensPage = lazyRouteComponent(() => import('./pages/tokens/TokensPage'), 'TokensPage');
const TransferPage = lazyRouteComponent(() => import('./pages/transfer/TransferPage'), 'TransferPage');
const UsersPage = lazyRouteComponent(() => import('./pages/users/UsersPage'), 'UsersPage');
const PolicyPage = lazyRouteComponent(() => import('./pages/policies/PolicyPage'), 'PolicyPage');
const WindowPage = lazyRouteComponent(() => import('./pages/calendar/WindowPage'), 'WindowPage');
const CriticalityPage = lazyRouteComponent(
  () => import('./pages/criticality/CriticalityPage'),
  'CriticalityPage',
);

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
