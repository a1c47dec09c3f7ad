// Users: who may do what, where.

import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { User } from '../../api/types';
import { messages } from '../../messages';
import type { Column } from '../../parts/DataTable';
import { DataTable } from '../../parts/DataTable';
import { GrantList } from '../../parts/GrantFields';
import { When } from '../../parts/MarkText';
import { Page } from '../../parts/Page';
import { ProblemNote } from '../../parts/ProblemNote';
import { useView } from '../../view';
import { AddUserDialog } from './AddUserDialog';
import { UserDrawer } from './UserDrawer';

const words = messages.users;

const COLUMNS: readonly Column<User>[] = [
  { key: 'name', title: words.columns.name, width: 180, render: (row) => row.name },
  { key: 'display', title: words.columns.displayName, width: 220, render: (row) => row.display_name },
  { key: 'roles', title: words.columns.roles, render: (row) => <GrantList grants={row.grants} /> },
  { key: 'state', title: words.columns.state, width: 150, render: (row) => <UserState user={row} /> },
  { key: 'created', title: words.columns.created, width: 140, render: (row) => <When at={row.created_at} /> },
];

function UserState({ user }: { user: User }) {
  return user.disabled_at ? <>— {words.disabled}</> : <span className="hp-muted">{words.active}</span>;
}

export function UsersPage() {
  const [view, change] = useView();
  const [adding, setAdding] = useState(false);
  const mayChange = useMay('write-people');
  const users = useQuery({ queryKey: ['users'], queryFn: () => data(api.GET('/api/v1/users')) });
  const items = users.data?.items ?? [];
  const open = items.find((user) => user.id === view.open);
  return (
    <Page
      title={words.title}
      actions={
        mayChange && (
          <Button size="sm" onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        )
      }
      drawer={open && <UserDrawer key={open.id} user={open} onClose={() => change({ open: undefined })} />}
    >
      {users.error && <ProblemNote error={users.error} onRetry={() => void users.refetch()} />}
      {users.data && (
        <DataTable
          caption={messages.list.table(words.title, String(items.length))}
          columns={COLUMNS}
          rows={items}
          rowKey={(row) => row.id}
          rowText={(row) => row.name}
          total={items.length}
        />
      )}
      {adding && <AddUserDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}
