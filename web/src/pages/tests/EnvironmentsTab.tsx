// Test environments: what each stands for, and how it differs from production.

import { Button, Checkbox, FormGroup, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useMay } from '../../api/session';
import { messages } from '../../messages';
import { useBaselines } from '../../parts/BaselineField';
import { Dialog } from '../../parts/Dialog';
import { Empty } from '../../parts/Empty';
import { ProblemNote } from '../../parts/ProblemNote';
import { exact } from '../../text/filter';
import { lines } from '../../text/lines';

const words = messages.tests;
const names = words.environment;

export function useEnvironments() {
  return useQuery({
    queryKey: ['test-environments'],
    queryFn: () => data(api.GET('/api/v1/test-environments')),
  });
}

export function EnvironmentsTab() {
  const [making, setMaking] = useState(false);
  const mayMake = useMay('record-test');
  const list = useEnvironments();
  const baselines = useBaselines().data?.items ?? [];
  const nameOf = (id: string) => baselines.find((line) => line.baseline.id === id)?.baseline.name ?? id;
  const items = list.data?.items ?? [];
  return (
    <section className="hp-scroll" aria-label={words.tabs.environments}>
      {mayMake && (
        <div className="hp-listhead">
          <Button size="sm" variant="secondary" onClick={() => setMaking(true)}>
            {names.make}
          </Button>
        </div>
      )}
      {list.error && <ProblemNote error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty title={words.emptyEnvironments}>
          <p>{words.emptyEnvironmentsText}</p>
        </Empty>
      )}
      {items.length > 0 && (
        <table className="hp-table hp-table-wrap">
          <thead>
            <tr>
              <th scope="col">{names.name}</th>
              <th scope="col">{names.represents}</th>
              <th scope="col">{names.differences}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <Link to="/tests" search={{ filter: exact('environment', one.name) }}>
                    {one.name}
                  </Link>
                </th>
                <td>{one.represents.map(nameOf).join(', ')}</td>
                <td>
                  {one.differences.length > 0 ? (
                    <ul className="hp-list">
                      {one.differences.map((difference) => (
                        <li key={difference}>{difference}</li>
                      ))}
                    </ul>
                  ) : (
                    names.none(one.no_difference_by ?? '?')
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {making && <MakeDialog onClose={() => setMaking(false)} />}
    </section>
  );
}

function MakeDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const baselines = useBaselines().data?.items ?? [];
  const [name, setName] = useState('');
  const [stands, setStands] = useState<readonly string[]>([]);
  const [differences, setDifferences] = useState('');
  const [by, setBy] = useState('');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/test-environments', {
          body: {
            name: name.trim(),
            represents: [...stands],
            differences: lines(differences),
            ...(by.trim() === '' ? {} : { no_difference_by: by.trim() }),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  const toggle = (id: string) =>
    setStands(stands.includes(id) ? stands.filter((one) => one !== id) : [...stands, id]);
  const said = lines(differences).length > 0 !== (by.trim() !== '');
  return (
    <Dialog
      title={names.makeTitle}
      text={names.makeText}
      submit={names.submit}
      ready={name.trim() !== '' && stands.length > 0 && said}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <FormGroup label={names.name} fieldId="environment-name" isRequired>
        <TextInput id="environment-name" maxLength={100} value={name} onChange={(_, v) => setName(v)} />
      </FormGroup>
      <FormGroup label={names.representsHint} role="group" fieldId="environment-stands" isRequired>
        {baselines.map((line) => (
          <Checkbox
            key={line.baseline.id}
            id={`stands-${line.baseline.id}`}
            label={line.baseline.name}
            isChecked={stands.includes(line.baseline.id)}
            onChange={() => toggle(line.baseline.id)}
          />
        ))}
      </FormGroup>
      <FormGroup label={names.differencesHint} fieldId="environment-differences">
        <TextArea
          id="environment-differences"
          rows={3}
          maxLength={20000}
          value={differences}
          onChange={(_, v) => setDifferences(v)}
        />
      </FormGroup>
      <FormGroup label={names.noneBy} fieldId="environment-by">
        <TextInput id="environment-by" maxLength={200} value={by} onChange={(_, v) => setBy(v)} />
      </FormGroup>
    </Dialog>
  );
}
