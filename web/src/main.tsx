// Where the front starts: theme, queries, routes.

import '@patternfly/react-core/dist/styles/base.css';
import './styles/tokens.css';
import './styles/frame.css';
import './styles/table.css';
import './styles/parts.css';
import './styles/rack.css';
import './styles/planning.css';
import './styles/sheet.css';
import './styles/deployments.css';
import './styles/policies.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/problem';
import { makeRouter } from './router';
import { showTheme, storedTheme } from './theme';

showTheme(storedTheme());

const router = makeRouter();

/** Whoever is not signed in (any more) goes to the sign-in page and comes back to the same place. */
function toSignIn(error: unknown): void {
  const { pathname, href } = router.state.location;
  if (error instanceof ProblemError && error.code === 'not-signed-in' && pathname !== '/sign-in') {
    queries.clear();
    void router.navigate({ to: '/sign-in', search: { next: href } });
  }
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: toSignIn }),
  mutationCache: new MutationCache({ onError: toSignIn }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => error instanceof ProblemError && error.status >= 500 && count < 2,
    },
  },
});

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element `root`');
}
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
