// One rule: what it says, its own test, its steps, what rests on it; and ending it.

import { Button, FormGroup, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { RuleShown } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { Drawer } from '../../parts/Drawer';
import { Facts, Section } from '../../parts/Facts';
import { keyed } from '../../parts/keyed';
import { MarkText, NotApplicable, Said, When } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { ruleMark, ruleStateMark } from '../../text/words';

const words = messages.rules;

type Deed = 'withdraw' | 'agree' | 'decline';

export function RuleDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const [deed, setDeed] = useState<Deed>();
  const mayDecide = useMay('write-rules');
  const found = useQuery({
    queryKey: ['rule', id],
    queryFn: () => data(api.GET('/api/v1/rules/{id}', { params: { path: { id } } })),
  });
  const shown = found.data;
  const deeds: readonly Deed[] =
    shown?.rule.state === 'holding'
      ? ['withdraw']
      : shown?.rule.state === 'proposed'
        ? ['agree', 'decline']
        : [];
  return (
    <Drawer
      title={shown ? <MarkText mark={ruleMark(shown.rule.verdict)} /> : messages.list.loading}
      kicker={words.kicker}
      onClose={onClose}
      actions={
        mayDecide &&
        deeds.map((one) => (
          <Button key={one} size="sm" variant="secondary" onClick={() => setDeed(one)}>
            {words.deeds[one]}
          </Button>
        ))
      }
    >
      {found.error && <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      {shown && <RuleText shown={shown} />}
      {deed && <DeedDialog id={id} deed={deed} onClose={() => setDeed(undefined)} />}
    </Drawer>
  );
}

function RuleText({ shown }: { shown: RuleShown }) {
  const { rule, steps, settles } = shown;
  const { ours, theirs } = rule.example;
  return (
    <>
      <Facts
        rows={[
          [words.columns.ours, rule.ours],
          [words.columns.theirs, rule.theirs],
          [words.columns.state, <MarkText key="s" mark={ruleStateMark(rule.state)} />],
          [words.reason, rule.reason],
          [words.columns.author, rule.author],
          [words.columns.decided, <When key="d" at={rule.decided_at} />],
          [
            words.columns.expires,
            rule.expires_at ? <When key="e" at={rule.expires_at} /> : <NotApplicable key="e" />,
          ],
          [words.rests, words.restsText(settles.matches, settles.assets, settles.advisories)],
        ]}
      />
      <Section title={words.example}>
        <Facts
          rows={[
            [
              words.exampleOurs,
              <Sides key="o" parts={[ours.vendor, ours.product, ours.order_number, ours.version]} />,
            ],
            [words.exampleTheirs, <Sides key="t" parts={[theirs.vendor, theirs.product, theirs.version]} />],
            [words.exampleIn, <Said key="i" value={rule.example.tracking_id} />],
          ]}
        />
      </Section>
      <Section title={words.steps}>
        <ol className="hp-list">
          {keyed(steps, (step) => `${step.state} ${step.at}`).map(({ key, item: step }) => (
            <li key={key}>
              <When at={step.at} /> <MarkText mark={ruleStateMark(step.state)} /> {step.by}: {step.reason}
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

function Sides({ parts }: { parts: readonly (string | undefined)[] }) {
  return parts.filter(Boolean).join(' · ');
}

function DeedDialog({ id, deed, onClose }: { id: string; deed: Deed; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: () => {
      const asked = { params: { path: { id } }, body: { reason: reason.trim() } };
      switch (deed) {
        case 'withdraw':
          return data(api.POST('/api/v1/rules/{id}/withdraw', asked));
        case 'agree':
          return data(api.POST('/api/v1/rules/{id}/agree', asked));
        case 'decline':
          return data(api.POST('/api/v1/rules/{id}/decline', asked));
      }
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.deedTitles[deed]}
      text={words.deedTexts[deed]}
      submit={words.deeds[deed]}
      danger={deed === 'withdraw'}
      ready={reason.trim().length >= 3}
      busy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate()}
      onClose={onClose}
    >
      <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={2000}
          isRequired
          value={reason}
          onChange={(_, value) => setReason(value)}
        />
      </FormGroup>
    </Dialog>
  );
}
