// What suppliers say of patches: the matrix, words that wait for an explanation, how long vendors take, the lists.

import { Button } from '@patternfly/react-core';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useMay } from '../../api/session';
import { messages } from '../../messages';
import { Page } from '../../parts/Page';
import { TabLinks } from '../../parts/TabLinks';
import { useView } from '../../view';
import { PatchDrawer } from '../patches/PatchDrawer';
import { EnterDialog } from './EnterDialog';
import { DocumentsTab, LagTab } from './LagTab';
import { MatrixFilter, MatrixTab } from './MatrixTab';
import { WordsTab } from './WordsTab';

const words = messages.qualification;

// Lists are taken in by few people, now and then.
const ListDialog = lazyRouteComponent(() => import('./ListDialog'), 'ListDialog');
const MappingsDialog = lazyRouteComponent(() => import('./MappingsDialog'), 'MappingsDialog');

type Deed = 'enter' | 'list' | 'mappings';

export function QualificationPage() {
  const [view, change] = useView();
  const tab = view.tab ?? 'matrix';
  const [deed, setDeed] = useState<Deed>();
  const close = () => setDeed(undefined);
  const takesIn = useMay('write-advisories');
  const approves = useMay('approve');
  const explains = useMay('write-rules');
  return (
    <Page
      title={words.title}
      actions={
        <>
          {tab === 'documents' && (
            <Button size="sm" variant="secondary" onClick={() => setDeed('mappings')}>
              {words.documents.mappings}
            </Button>
          )}
          {tab === 'documents' && takesIn && (
            <Button size="sm" onClick={() => setDeed('list')}>
              {words.documents.take}
            </Button>
          )}
          {tab !== 'documents' && (takesIn || approves) && (
            <Button size="sm" onClick={() => setDeed('enter')}>
              {words.enter.open}
            </Button>
          )}
        </>
      }
      bar={
        <>
          <TabLinks
            label={words.tabsLabel}
            first="matrix"
            tabs={[
              ['matrix', words.tabs.matrix],
              ['words', words.tabs.words],
              ['lag', words.tabs.lag],
              ['documents', words.tabs.documents],
            ]}
          />
          {tab === 'matrix' && <MatrixFilter />}
        </>
      }
      drawer={view.open && <PatchDrawer name={view.open} onClose={() => change({ open: undefined })} />}
    >
      {tab === 'matrix' && <MatrixTab />}
      {tab === 'words' && <WordsTab />}
      {tab === 'lag' && <LagTab />}
      {tab === 'documents' && <DocumentsTab />}
      {deed === 'enter' && <EnterDialog onClose={close} />}
      <Suspense>
        {deed === 'list' && <ListDialog onClose={close} />}
        {deed === 'mappings' && <MappingsDialog mayWrite={explains || approves} onClose={close} />}
      </Suspense>
    </Page>
  );
}
