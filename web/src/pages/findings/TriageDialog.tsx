// The smallest form that a deed needs, with a look at what it would do before it is done.

import { FormGroup, FormSelect, FormSelectOption, Radio, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, data } from '../../api/client';
import type { TriageDone, TriageLook } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { ProblemNote } from '../../parts/ProblemNote';
import { useShownZone } from '../../shown';
import { dayAfter } from '../../text/endOfDay';
import { spoken } from '../../text/words';
import { reasonCodes } from '../../words/triage';
import { type Deed, decide, isReady, lookAt, remember, remembered, type Which, type Wording } from './deeds';
import { TriagePreview } from './TriagePreview';

const words = messages.triage;

type Set = (patch: Partial<Wording>) => void;

/** The latest end that the policy allows an exemption from today on; nothing while it is not known. */
function useLatest(): string | undefined {
  const { now } = useShownZone();
  const rules = useQuery({
    queryKey: ['approval-policy'],
    queryFn: () => data(api.GET('/api/v1/approval-policy')),
  }).data;
  // The day that is named still counts as a whole, so it is one less.
  return rules && dayAfter(now, rules.exemption_most_days - 1);
}

export function TriageDialog({
  deed,
  which,
  title,
  onDone,
  onClose,
}: {
  deed: Deed;
  which: Which;
  title?: string;
  /** What came of it; the lists are up to date by then. */
  onDone: (done: readonly TriageDone[], reason: string) => void;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const [wording, setWording] = useState(() => remembered(deed));
  const set: Set = (patch) => setWording((before) => ({ ...before, ...patch }));
  const latest = useLatest();
  useEffect(() => {
    // What is usual here may be more than the policy allows.
    if (latest) {
      setWording((before) => (before.until > latest ? { ...before, until: latest } : before));
    }
  }, [latest]);
  const look = useQuery({
    queryKey: ['triage', deed, which, deed === 'approve' ? '' : wording.until],
    queryFn: () => lookAt(which, deed, wording.until),
    gcTime: 0,
    staleTime: 0,
  });
  const send = useMutation({
    mutationFn: () => decide(which, deed, wording, look.data?.fingerprint ?? ''),
    onSuccess: async (done) => {
      remember(deed, wording);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'triage' });
      onDone(done.items, wording.reason.trim());
    },
    // Other findings are meant by now, so they are shown before anybody tries again.
    onError: () => void look.refetch(),
  });
  const count = look.data?.does ?? ('findings' in which ? which.findings.length : undefined);
  const counted = count === undefined ? '…' : words.findings(count);
  return (
    <Dialog
      title={title ?? words.titles[deed](counted)}
      text={words.texts[deed]}
      submit={words.submit(look.data ? words.findings(look.data.does) : '…')}
      wide={deed === 'approve'}
      ready={isReady(deed, wording, look.data)}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.reasonOf[deed]} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={2000}
          isRequired
          autoFocus
          value={wording.reason}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(_, reason) => set({ reason })}
        />
      </FormGroup>
      {deed === 'approve' && look.data && <Grounds look={look.data} wording={wording} set={set} />}
      {deed === 'accept' && <Instead wording={wording} set={set} />}
      {deed !== 'approve' && <Terms deed={deed} wording={wording} set={set} />}
      {look.error ? (
        <ProblemNote error={look.error} onRetry={() => void look.refetch()} />
      ) : look.data ? (
        <TriagePreview look={look.data} />
      ) : (
        <p role="status" className="hp-muted">
          {words.looking} …
        </p>
      )}
    </Dialog>
  );
}

/** What a patch without a passed test, or without its supplier's word, has to be told besides. */
function Grounds({ look, wording, set }: { look: TriageLook; wording: Wording; set: Set }) {
  return (
    <>
      {look.missing.includes('inspection') && (
        <FormGroup label={words.inspection} fieldId="inspection" isRequired>
          <TextInput
            id="inspection"
            maxLength={2000}
            isRequired
            value={wording.inspection}
            onChange={(_, inspection) => set({ inspection })}
          />
        </FormGroup>
      )}
      {look.missing.includes('silence') && (
        <FormGroup label={words.silence} fieldId="silence" isRequired>
          <TextInput
            id="silence"
            maxLength={2000}
            isRequired
            value={wording.silence}
            onChange={(_, silence) => set({ silence })}
          />
        </FormGroup>
      )}
    </>
  );
}

function Terms({ deed, wording, set }: { deed: Deed; wording: Wording; set: Set }) {
  return (
    <div className="hp-fields">
      {deed !== 'not_relevant' && (
        <FormGroup label={words.code} fieldId="code">
          <FormSelect id="code" value={wording.code} onChange={(_, code) => set({ code })}>
            {Object.entries(reasonCodes)
              .filter(([code]) => code !== 'not_relevant')
              .map(([code, word]) => (
                <FormSelectOption key={code} value={code} label={word} />
              ))}
          </FormSelect>
        </FormGroup>
      )}
      <FormGroup label={words.until} fieldId="until" isRequired>
        <TextInput
          id="until"
          type="date"
          isRequired
          value={wording.until}
          onChange={(_, until) => set({ until })}
        />
      </FormGroup>
      <FormGroup label={words.residual} fieldId="residual">
        <FormSelect id="residual" value={wording.residual} onChange={(_, residual) => set({ residual })}>
          {Object.entries(words.residuals).map(([value, word]) => (
            <FormSelectOption key={value} value={value} label={word} />
          ))}
        </FormSelect>
      </FormGroup>
    </div>
  );
}

/** Whether the risk is borne as it is, or something is done instead. */
function Instead({ wording, set }: { wording: Wording; set: Set }) {
  const controls = useQuery({
    queryKey: ['controls'],
    queryFn: () => data(api.GET('/api/v1/controls')),
    enabled: wording.mitigates,
    staleTime: 600_000,
  });
  return (
    <>
      <FormGroup role="radiogroup" label={words.how} fieldId="how" isInline>
        <Radio
          id="how-accept"
          name="how"
          label={words.accepting}
          isChecked={!wording.mitigates}
          onChange={() => set({ mitigates: false })}
        />
        <Radio
          id="how-mitigate"
          name="how"
          label={words.mitigating}
          isChecked={wording.mitigates}
          onChange={() => set({ mitigates: true })}
        />
      </FormGroup>
      {wording.mitigates && (
        <div className="hp-fields">
          <FormGroup label={words.control} fieldId="control" isRequired>
            <FormSelect id="control" value={wording.control} onChange={(_, control) => set({ control })}>
              <FormSelectOption value="" label={words.chooseControl} isDisabled />
              {controls.data?.items.map((one) => (
                <FormSelectOption key={one.control} value={one.control} label={spoken(one.control)} />
              ))}
            </FormSelect>
          </FormGroup>
          <FormGroup label={words.controlWhat} fieldId="control-what" isRequired>
            <TextInput
              id="control-what"
              maxLength={2000}
              value={wording.controlWhat}
              onChange={(_, controlWhat) => set({ controlWhat })}
            />
          </FormGroup>
          <FormGroup label={words.controlOwner} fieldId="control-owner" isRequired>
            <TextInput
              id="control-owner"
              maxLength={200}
              value={wording.controlOwner}
              onChange={(_, controlOwner) => set({ controlOwner })}
            />
          </FormGroup>
        </div>
      )}
    </>
  );
}
