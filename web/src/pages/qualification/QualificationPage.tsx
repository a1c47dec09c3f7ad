// What suppliers say of patches: the matrix, words that wait for an explanation, how long vendors take, the lists.

import { Button } from '@patternfly/react-core';
import { useState } from 'react';
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

export function QualificationPage() {
  const [view, change] = useView();
  const tab = view.tab ?? 'matrix';
  const [entering, setEntering] = useState(false);
  const takesIn = useMay('write-advisories');
  const approves = useMay('approve');
  return (
    <Page
      title={words.title}
      actions={
        (takesIn || approves) && (
          <Button size="sm" onClick={() => setEntering(true)}>
            {words.enter.open}
          </Button>
        )
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
      {entering && <EnterDialog onClose={() => setEntering(false)} />}
    </Page>
  );
}
