// Writing a site's rules for plans.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../../api/client';
import type { PlanningRules, Site } from '../../../api/types';
import { messages } from '../../../messages';
import { Dialog } from '../../../parts/Dialog';
import { Loading } from '../../../parts/Loading';
import { NumberField } from '../../../parts/NumberField';
import { ProblemNote } from '../../../parts/ProblemNote';
import { length, typed } from '../../../text/lengths';
import { ground as words } from '../../../words/planning';
import { TextField } from '../ProposeDialog';
import { useTags } from './useTags';

const names = words.rules;
const NUMBERS = [
  'pilots',
  'wave_steps',
  'soak_minutes',
  'margin_minutes',
  'failures_allowed',
  'measured_at_least',
  'catch_up_minutes',
  'restore_test_days',
] as const;
type Name = (typeof NUMBERS)[number];
/** Minutes that are easier to read in days and hours. */
const LENGTHS: readonly Name[] = ['soak_minutes', 'margin_minutes', 'catch_up_minutes'];

interface Props {
  readonly site: Site;
  readonly rules: PlanningRules;
  readonly onClose: () => void;
}

/** The form needs the tags of the test assets: whoever saves it writes them again. */
export function RulesDialog(props: Props) {
  const tags = useTags(props.rules.test_assets);
  if (tags.data) {
    return <RulesForm {...props} tags={tags.data} />;
  }
  return (
    <Dialog title={words.changeOf(props.site.name)} onClose={props.onClose}>
      {tags.error ? <ProblemNote error={tags.error} onRetry={() => void tags.refetch()} /> : <Loading />}
    </Dialog>
  );
}

function RulesForm({ site, rules, tags, onClose }: Props & { tags: readonly string[] }) {
  const queries = useQueryClient();
  const [form, setForm] = useState(
    () =>
      Object.fromEntries(NUMBERS.map((name) => [name, String(rules[name] ?? '')])) as Record<Name, string>,
  );
  const [assets, setAssets] = useState(tags.join(' '));
  const [reason, setReason] = useState('');
  const number = (name: Name) => typed(form[name]) ?? 0;
  const save = useMutation({
    mutationFn: () =>
      data(
        api.PUT('/api/v1/sites/{id}/planning-rules', {
          params: { path: { id: site.id }, query: { reason: reason.trim() } },
          body: {
            pilots: number('pilots'),
            wave_steps: number('wave_steps'),
            soak_minutes: number('soak_minutes'),
            margin_minutes: number('margin_minutes'),
            failures_allowed: number('failures_allowed'),
            measured_at_least: number('measured_at_least'),
            catch_up_minutes: number('catch_up_minutes'),
            restore_test_days: typed(form.restore_test_days) ?? null,
            test_assets: assets.split(/\s+/).filter(Boolean),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const help = (name: Name) => {
    const minutes = typed(form[name]);
    if (name === 'restore_test_days') {
      return names.restoreHelp;
    }
    const shown = minutes === undefined ? '' : length(minutes);
    return LENGTHS.includes(name) && shown !== '' && !shown.endsWith('min')
      ? names.catchUpHelp(shown)
      : undefined;
  };
  const fits = (name: Name) =>
    typed(form[name]) !== undefined || (name === 'restore_test_days' && form[name].trim() === '');
  return (
    <Dialog
      title={words.changeOf(site.name)}
      text={names.text}
      submit={messages.actions.save}
      wide
      ready={NUMBERS.every(fits)}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <div className="hp-form-grid hp-form-top">
        {NUMBERS.map((name) => (
          <NumberField
            key={name}
            id={`rules-${name}`}
            label={names.fields[name]}
            help={help(name)}
            required={name !== 'restore_test_days'}
            value={form[name]}
            onChange={(value) => setForm({ ...form, [name]: value })}
          />
        ))}
      </div>
      <TextField
        id="rules-assets"
        label={names.testAssets}
        help={names.testAssetsHelp}
        value={assets}
        onChange={setAssets}
      />
      <TextField id="reason" label={messages.actions.reason} value={reason} onChange={setReason} />
    </Dialog>
  );
}
