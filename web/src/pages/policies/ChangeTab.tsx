// Changing a policy: values or text, what is wrong with it, how it differs, what it would change, and proposing it. Only a
// text whose effect was looked at can be proposed.

import { Button } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import type { PolicyChecked, PolicyShown } from '../../api/types';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { ProblemNote } from '../../parts/ProblemNote';
import { Sentence } from '../../parts/Sentence';
import { forSite, policyFields, withValue } from '../../text/policy';
import { Differences } from './Differences';
import { EffectPart } from './EffectPart';
import { ProposeDialog } from './ProposeDialog';
import { Meaning, tablesOf, ValueField } from './values';

const words = messages.policies.change;

/** How long nobody has to type before a text is checked. */
const PAUSE_MS = 400;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export function ChangeTab({ shown, site }: { shown: PolicyShown; site: string | undefined }) {
  const mayWrite = useMay('write-decisions');
  const maySet = useMay('write-settings');
  const follows = site !== undefined && shown.written?.site !== site;
  const start = follows ? forSite(shown.text, site) : shown.text;
  const [text, setText] = useState(start);
  const [asText, setAsText] = useState(false);
  const [proposing, setProposing] = useState(false);
  const [proposed, setProposed] = useState<number>();
  const settled = useSettled(text);
  const checked = useQuery({
    queryKey: ['policy-check', settled],
    queryFn: () => data(api.POST('/api/v1/policies:check', { body: { text: settled } })),
    enabled: mayWrite || maySet,
    placeholderData: (before) => before,
  });
  const effect = useMutation({
    mutationFn: async (of: string) => ({
      of,
      found: await data(api.POST('/api/v1/policies:dry-run', { body: { text: of } })),
    }),
  });
  if (!mayWrite && !maySet) {
    return <p className="hp-text">{words.mayNot}</p>;
  }
  const sound = settled === text && checked.data?.faults.length === 0;
  const differs = sound && (checked.data?.changes.length ?? 0) > 0;
  const looked = effect.data?.of === text;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="hp-text hp-change" tabIndex={0} aria-label={messages.policies.one.tabs.change}>
      <div>
        <p className="hp-prose">
          {words.intro} {follows && words.ownForHelp(site)}
        </p>
        <Switcher asText={asText} onText={setAsText} onReset={() => setText(start)} />
        <Editor asText={asText} text={text} onText={setText} />
      </div>
      <div>
        {proposed !== undefined && (
          <p className="hp-done" role="status">
            {words.proposed(proposed)}
          </p>
        )}
        {checked.error && <ProblemNote error={checked.error} onRetry={() => void checked.refetch()} />}
        {checked.data && <Found checked={checked.data} />}
        <div className="hp-buttons">
          <Button
            variant="secondary"
            isDisabled={!differs}
            isLoading={effect.isPending}
            onClick={() => effect.mutate(text)}
          >
            {words.try}
          </Button>
          <Button isDisabled={!looked || !differs} onClick={() => setProposing(true)}>
            {words.propose}
          </Button>
        </div>
        {differs && !looked && (
          <p className="hp-small hp-muted">{effect.data ? words.changedSince : words.tryFirst}</p>
        )}
        {effect.error && <ProblemNote error={effect.error} />}
        {looked && effect.data && <EffectPart text={text} effect={effect.data.found} />}
      </div>
      {proposing && (
        <ProposeDialog
          text={text}
          title={shown.title}
          onProposed={setProposed}
          onClose={() => setProposing(false)}
        />
      )}
    </section>
  );
}

function Switcher({
  asText,
  onText,
  onReset,
}: {
  asText: boolean;
  onText: (asText: boolean) => void;
  onReset: () => void;
}) {
  return (
    <div className="hp-switcher">
      <button type="button" aria-pressed={!asText} onClick={() => onText(false)}>
        {words.asFields}
      </button>
      <button type="button" aria-pressed={asText} onClick={() => onText(true)}>
        {words.asText}
      </button>
      <button type="button" className="hp-link" onClick={onReset}>
        {words.reset}
      </button>
    </div>
  );
}

function Editor({ asText, text, onText }: { asText: boolean; text: string; onText: (text: string) => void }) {
  const fields = policyFields(text);
  if (asText || fields.length === 0) {
    return (
      <textarea
        id="policy-text"
        className="hp-mono hp-policy-editor"
        aria-label={words.textLabel}
        spellCheck={false}
        maxLength={65_536}
        rows={Math.min(48, text.split('\n').length + 1)}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
    );
  }
  return tablesOf(fields).map(([table, rows]) => (
    <section key={table} className="hp-section hp-policy-fields">
      {table !== '' && <h2>{table}</h2>}
      {rows.map((field) => {
        const id = `value-${field.key}`;
        return (
          <div key={field.key} className="hp-policy-field">
            {field.shape.kind === 'words' ? (
              <p>
                <Meaning field={field} />
              </p>
            ) : (
              <label htmlFor={id}>
                <Meaning field={field} />
              </label>
            )}
            <ValueField field={field} id={id} onChange={(value) => onText(withValue(text, field, value))} />
          </div>
        );
      })}
    </section>
  ));
}

/** What is wrong with the text; else how it differs from what holds. */
function Found({ checked }: { checked: PolicyChecked }) {
  if (checked.faults.length > 0) {
    return (
      <Section title={words.faults(checked.faults.length)} top>
        <ul className="hp-plain-list" role="alert">
          {checked.faults.map((fault) => (
            <li key={`${fault.line} ${fault.key} ${fault.what}`}>
              <span className="hp-tone-due">
                <span aria-hidden="true">▲ </span>
                {words.line(fault.line)}
              </span>{' '}
              {fault.key !== '' && <code>{fault.key}</code>} <Sentence text={fault.what} />;{' '}
              <Sentence text={fault.remedy} />
            </li>
          ))}
        </ul>
      </Section>
    );
  }
  return (
    <Section title={words.differs} top>
      {checked.warnings.length > 0 && (
        <ul className="hp-plain-list" role="status">
          {checked.warnings.map((warning) => (
            <li key={warning} className="hp-tone-due">
              <span aria-hidden="true">▲ </span>
              <Sentence text={warning} />
            </li>
          ))}
        </ul>
      )}
      {checked.changes.length === 0 ? <p>{words.same}</p> : <Differences changes={checked.changes} />}
    </Section>
  );
}
