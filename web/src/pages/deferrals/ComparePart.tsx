// Patching against the controls of an exemption: cost, work, downtime and the risk that is left, side by side.

import { Button, FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Section } from '../../parts/Facts';
import { Unknown } from '../../parts/MarkText';
import { ProblemNote } from '../../parts/ProblemNote';
import { riskWord } from '../../text/decisions';

const words = messages.deferrals;
const names = words.compareColumns;

function whole(text: string, times = 1): number | null {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? null : Math.round(value * times);
}

export function ComparePart({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [draft, setDraft] = useState({ name: words.patching, cost: '', work: '', downtime: '', risk: '' });
  const compare = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/exemptions/{id}/compare', {
          params: { path: { id } },
          body: {
            choices: [
              {
                name: draft.name,
                cost_cents: whole(draft.cost, 100),
                effort_min: whole(draft.work),
                downtime_min: whole(draft.downtime),
                risk_left: draft.risk === '' ? null : draft.risk,
              },
            ],
          },
        }),
      ),
  });
  const field = (name: 'name' | 'cost' | 'work' | 'downtime', label: string) => (
    <FormGroup label={label} fieldId={`compare-${name}`}>
      <TextInput
        id={`compare-${name}`}
        value={draft[name]}
        maxLength={200}
        onChange={(_, value) => setDraft({ ...draft, [name]: value })}
      />
    </FormGroup>
  );
  if (!open) {
    return (
      <p className="hp-section">
        <Button size="sm" variant="secondary" onClick={() => setOpen(true)}>
          {words.compare}
        </Button>
      </p>
    );
  }
  return (
    <Section title={words.compare}>
      <p className="hp-small hp-muted">{words.compareText}</p>
      <form
        className="hp-form-grid"
        onSubmit={(event) => {
          event.preventDefault();
          compare.mutate();
        }}
      >
        {field('name', names.way)}
        {field('cost', names.cost)}
        {field('work', names.work)}
        {field('downtime', names.downtime)}
        <FormGroup label={names.risk} fieldId="compare-risk">
          <FormSelect
            id="compare-risk"
            value={draft.risk}
            onChange={(_, risk) => setDraft({ ...draft, risk })}
          >
            <FormSelectOption value="" label={words.notSaid} />
            {['low', 'normal', 'high', 'critical'].map((risk) => (
              <FormSelectOption key={risk} value={risk} label={riskWord(risk)} />
            ))}
          </FormSelect>
        </FormGroup>
        <Button type="submit" size="sm" isLoading={compare.isPending}>
          {words.doing}
        </Button>
      </form>
      {compare.error && <ProblemNote error={compare.error} />}
      {compare.data && (
        <table className="hp-table">
          <thead>
            <tr>
              {Object.values(names).map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {compare.data.items.map((row) => (
              <tr key={row.choice.name}>
                <th scope="row">{row.choice.name}</th>
                <td>{row.choice.cost_cents == null ? <Unknown /> : row.choice.cost_cents / 100}</td>
                <td>{row.choice.effort_min ?? <Unknown />}</td>
                <td>{row.choice.downtime_min ?? <Unknown />}</td>
                <td>{row.choice.risk_left ? riskWord(row.choice.risk_left) : <Unknown />}</td>
                <td>
                  {row.beaten_by.length > 0 ? words.beaten(row.beaten_by.join(', ')) : words.unbeaten}
                  {row.gaps.length > 0 && (
                    <span className="hp-tone-unsure"> · {words.gaps(row.gaps.join(', '))}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
