// Writing a function down, or changing it: its name, what is lost with it, and exactly the assets that serve it.

import { FormGroup, FormSelect, FormSelectOption, TextArea, TextInput } from '@patternfly/react-core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { ProblemError } from '../../api/problem';
import { useSites } from '../../api/session';
import type { Criticality, PlantFunction } from '../../api/types';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';
import { both, exact } from '../../text/filter';
import { CriticalityFields } from './CriticalityFields';

const words = messages.criticality;

/** Asks for one asset by its tag on the site. */
async function assetId(site: string, tag: string): Promise<string | undefined> {
  const filter = both(exact('site', site), exact('tag', tag));
  const found = await data(api.GET('/api/v1/assets', { params: { query: { filter, limit: 1 } } }));
  return found.items[0]?.id;
}

async function idsOf(site: string, tags: readonly string[], known: ReadonlyMap<string, string>) {
  const ids: string[] = [];
  const missing: string[] = [];
  for (const tag of tags) {
    const id = known.get(tag) ?? (await assetId(site, tag));
    if (id) {
      ids.push(id);
    } else {
      missing.push(tag);
    }
  }
  if (missing.length > 0) {
    throw new ProblemError({
      status: 422,
      code: 'asset',
      title: words.noAssetTitle,
      detail: words.noAsset(missing.join(', ')),
      changed: false,
    });
  }
  return ids;
}

export function FunctionDialog({
  known,
  site,
  onClose,
}: {
  known?: PlantFunction;
  site?: string | undefined;
  onClose: () => void;
}) {
  const shown = useQuery({
    queryKey: ['function', known?.id],
    queryFn: () => data(api.GET('/api/v1/functions/{id}', { params: { path: { id: known?.id ?? '' } } })),
    enabled: known !== undefined,
  });
  const serving = known ? shown.data?.serving : [];
  // The form begins when it is known who serves it, for what is saved replaces them.
  return (
    serving && (
      <Form
        known={known}
        site={site}
        serving={new Map(serving.map((one) => [one.tag, one.id]))}
        onClose={onClose}
      />
    )
  );
}

function Form({
  known,
  site: knownSite,
  serving,
  onClose,
}: {
  known: PlantFunction | undefined;
  site: string | undefined;
  serving: ReadonlyMap<string, string>;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const sites = useSites().data?.items ?? [];
  const [site, setSite] = useState(knownSite ?? '');
  const [name, setName] = useState(known?.name ?? '');
  const [criticality, setCriticality] = useState<Criticality>(known?.criticality ?? {});
  const [tags, setTags] = useState([...serving.keys()].join(' '));
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: async () => {
      const asked = tags.split(/[\s,;]+/).filter(Boolean);
      const body = {
        site_id: sites.find((one) => one.name === site)?.id ?? '',
        name: name.trim(),
        criticality,
        assets: await idsOf(site, asked, serving),
        reason: reason.trim(),
      };
      return api.PUT('/api/v1/functions', { body });
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.functionTitle(known?.name ?? '')}
      text={words.text}
      submit={messages.actions.save}
      ready={site !== '' && name.trim() !== ''}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.name} fieldId="name" isRequired>
        {/* The name says which function is meant; another name would be another function. */}
        <TextInput
          id="name"
          maxLength={200}
          isRequired
          isDisabled={known !== undefined}
          value={name}
          onChange={(_, said) => setName(said)}
        />
      </FormGroup>
      <FormGroup label={words.site} fieldId="site" isRequired>
        <FormSelect
          id="site"
          value={site}
          isDisabled={known !== undefined}
          onChange={(_, chosen) => setSite(chosen)}
        >
          <FormSelectOption value="" label={words.chooseSite} isDisabled />
          {sites.map((one) => (
            <FormSelectOption key={one.id} value={one.name} label={one.name} />
          ))}
        </FormSelect>
      </FormGroup>
      <CriticalityFields value={criticality} onChange={setCriticality} />
      <FormGroup label={words.assets} fieldId="assets">
        <TextArea id="assets" value={tags} onChange={(_, said) => setTags(said)} />
      </FormGroup>
      <FormGroup label={messages.actions.reason} fieldId="reason">
        <TextInput id="reason" maxLength={500} value={reason} onChange={(_, said) => setReason(said)} />
      </FormGroup>
    </Dialog>
  );
}

export function RemoveDialog({ known, onClose }: { known: PlantFunction; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const remove = useMutation({
    mutationFn: () =>
      api.DELETE('/api/v1/functions/{id}', {
        params: { path: { id: known.id }, query: { reason: reason.trim() } },
      }),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.removeTitle(known.name)}
      text={words.removeText}
      submit={words.remove}
      danger
      ready={reason.trim().length >= 3}
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <FormGroup label={messages.actions.reason} fieldId="reason" isRequired>
        <TextInput
          id="reason"
          maxLength={500}
          isRequired
          value={reason}
          onChange={(_, said) => setReason(said)}
        />
      </FormGroup>
    </Dialog>
  );
}
