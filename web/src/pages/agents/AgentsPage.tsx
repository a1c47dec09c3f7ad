// The devices' doors: agents, hosts that are reached over SSH, devices with a client of their own. Who is there, when each was
// seen, and which of them need a person.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useMay } from '../../api/session';
import { messages } from '../../messages';
import { CopyAs } from '../../parts/CopyAs';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { both, exact } from '../../text/filter';
import { useView } from '../../view';
import { CodeDialog } from './AgentDialogs';
import { AgentsTab } from './AgentsTab';
import { ClientsTab } from './ClientsTab';
import { HostsTab } from './HostsTab';

const words = messages.agents;
const TABS = [
  ['agents', words.tabs.agents],
  ['hosts', words.tabs.hosts],
  ['clients', words.tabs.clients],
] as const;
const LISTS: Record<string, readonly [noun: string, path: string]> = {
  agents: ['agents list', '/api/v1/agents'],
  hosts: ['line list', '/api/v1/asset-lines'],
  clients: ['controller list', '/api/v1/controllers'],
};

export function AgentsPage() {
  const [view] = useView();
  const mayEnrol = useMay('write-inventory');
  const [making, setMaking] = useState(false);
  const tab = view.tab ?? 'agents';
  const [noun, path] = LISTS[tab] ?? ['agents list', '/api/v1/agents'];
  // A device with a client of its own belongs to no site until somebody has accepted it.
  const scope = view.site && tab !== 'clients' ? exact('site', view.site) : '';
  return (
    <Page
      title={words.title}
      actions={
        <>
          {mayEnrol && tab === 'agents' && (
            <Button size="sm" onClick={() => setMaking(true)}>
              {words.makeCode}
            </Button>
          )}
          <CopyAs noun={noun} path={path} filter={both(scope, view.filter)} />
        </>
      }
      bar={<TabLinks label={words.title} tabs={TABS} first="agents" />}
    >
      {tab === 'hosts' && <HostsTab scope={scope} />}
      {tab === 'clients' && <ClientsTab />}
      {tab !== 'hosts' && tab !== 'clients' && <AgentsTab scope={scope} />}
      {making && <CodeDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}
