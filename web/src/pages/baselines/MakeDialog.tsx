// Making a baseline: name, for which assets, where, and from which it inherits.

import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { useSites } from '../../api/session';
import { messages } from '../../messages';
import { BaselineField } from '../../parts/BaselineField';
import { Dialog } from '../../parts/Dialog';
import { spoken } from '../../text/words';
import { KINDS } from './kinds';

const words = messages.baselines;
const names = words.form;

const TEXTS = ['name', 'description', 'vendor', 'product', 'releaseProduct', 'releaseVersion'] as const;

export function MakeDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const sites = useSites().data?.items ?? [];
  const [draft, setDraft] = useState({
    name: '',
    description: '',
    parent: '',
    kind: '',
    vendor: '',
    product: '',
    releaseProduct: '',
    releaseVersion: '',
    place: '',
  });
  const said = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
  const [site, zone] = draft.place.split(' ');
  const send = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/baselines', {
          body: {
            name: draft.name.trim(),
            description: draft.description.trim(),
            ...said('parent', draft.parent),
            scope: {
              ...said('kind', draft.kind),
              ...said('vendor', draft.vendor),
              ...said('product', draft.product),
              ...said('release_product', draft.releaseProduct),
              ...said('release_version', draft.releaseVersion),
              ...said('site_id', site ?? ''),
              ...said('zone_id', zone ?? ''),
            },
          },
        }),
      ),
    onSuccess: async (made) => {
      onClose();
      await queries.invalidateQueries();
      void navigate({ to: '/baselines/$id', params: { id: made.id } });
    },
  });
  const text = (name: (typeof TEXTS)[number]) => (
    <FormGroup key={name} label={names[name]} fieldId={`baseline-${name}`} isRequired={name === 'name'}>
      <TextInput
        id={`baseline-${name}`}
        maxLength={name === 'name' ? 100 : 500}
        value={draft[name]}
        onChange={(_, value) => setDraft({ ...draft, [name]: value })}
      />
    </FormGroup>
  );
  return (
    <Dialog
      title={words.makeTitle}
      text={words.makeText}
      submit={names.make}
      wide
      ready={draft.name.trim() !== ''}
      busy={send.isPending}
      error={send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
    >
      <div className="hp-form-grid">
        {text('name')}
        {text('description')}
        <BaselineField
          id="baseline-parent"
          label={names.parent}
          none={names.none}
          required={false}
          value={draft.parent}
          onChange={(parent) => setDraft({ ...draft, parent })}
        />
        <FormGroup label={names.place} fieldId="baseline-place">
          <FormSelect
            id="baseline-place"
            value={draft.place}
            onChange={(_, place) => setDraft({ ...draft, place })}
          >
            <FormSelectOption value="" label={words.everywhere} />
            {sites.flatMap((one) => [
              <FormSelectOption key={one.id} value={one.id} label={one.name} />,
              ...one.zones.map((part) => (
                <FormSelectOption
                  key={part.id}
                  value={`${one.id} ${part.id}`}
                  label={`${one.name}, ${part.name}`}
                />
              )),
            ])}
          </FormSelect>
        </FormGroup>
        <FormGroup label={names.kind} fieldId="baseline-kind">
          <FormSelect
            id="baseline-kind"
            value={draft.kind}
            onChange={(_, kind) => setDraft({ ...draft, kind })}
          >
            <FormSelectOption value="" label={names.anyKind} />
            {KINDS.map((kind) => (
              <FormSelectOption key={kind} value={kind} label={spoken(kind)} />
            ))}
          </FormSelect>
        </FormGroup>
        {text('vendor')}
        {text('product')}
        {text('releaseProduct')}
        {text('releaseVersion')}
      </div>
    </Dialog>
  );
}
