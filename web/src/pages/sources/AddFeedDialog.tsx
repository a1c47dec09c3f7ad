// A feed to be read: what it carries, and from where.

import { FormGroup, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../../api/client';
import { messages } from '../../messages';
import { Dialog } from '../../parts/Dialog';

const words = messages.feeds;

export function AddFeedDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [kind, setKind] = useState('kev');
  const [address, setAddress] = useState('');
  const [folder, setFolder] = useState('');
  const add = useMutation({
    mutationFn: () =>
      data(
        api.POST('/api/v1/feeds', {
          body: {
            name: name.trim(),
            ...(kind === '' ? {} : { kind }),
            ...(address.trim() === '' ? {} : { addresses: [address.trim()] }),
            ...(folder.trim() === '' ? {} : { folder: folder.trim() }),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Dialog
      title={words.addTitle}
      text={words.addText}
      submit={words.add}
      ready={name.trim() !== '' && (kind !== '' || folder.trim() !== '')}
      busy={add.isPending}
      error={add.error}
      onSubmit={() => add.mutate()}
      onClose={onClose}
    >
      <FormGroup label={words.name} fieldId="feed-name" isRequired>
        <TextInput
          id="feed-name"
          maxLength={100}
          isRequired
          value={name}
          onChange={(_, value) => setName(value)}
        />
      </FormGroup>
      <FormGroup label={words.kind} fieldId="feed-kind">
        <FormSelect id="feed-kind" value={kind} onChange={(_, value) => setKind(value)}>
          {Object.entries(words.kinds).map(([value, label]) => (
            <FormSelectOption key={value} value={value} label={label} />
          ))}
          <FormSelectOption value="" label={words.sniffed} />
        </FormSelect>
      </FormGroup>
      <FormGroup label={words.address} fieldId="feed-address">
        <TextInput id="feed-address" value={address} onChange={(_, value) => setAddress(value)} />
      </FormGroup>
      <FormGroup label={words.folder} fieldId="feed-folder">
        <TextInput id="feed-folder" value={folder} onChange={(_, value) => setFolder(value)} />
      </FormGroup>
    </Dialog>
  );
}
