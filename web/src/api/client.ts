// The one door to the API. Types come from its generated description; every answer that is not a success is thrown
// as a ProblemError, so that no page can take a refusal for an empty list.

import createClient, { type Middleware } from 'openapi-fetch';
import { noAnswer, problemFrom } from './problem';
import type { paths } from './schema';

const refuse: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) {
      throw problemFrom(response.status, await response.json().catch(() => undefined));
    }
    return undefined;
  },
  onError() {
    return noAnswer();
  },
};

export const api = createClient<paths>({
  baseUrl: '',
  credentials: 'same-origin',
  querySerializer: (query) => {
    const out = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== null && value !== '') {
        out.set(name, String(value));
      }
    }
    return out.toString();
  },
});
api.use(refuse);

/** The answer's body; the client has thrown already when there is none. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** Sends a file's bytes as they are. */
export async function upload<T>(
  path: string,
  query: Record<string, string | undefined>,
  file: Blob,
): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') {
      params.set(name, value);
    }
  }
  const response = await fetch(`${path}?${params}`, {
    method: 'POST',
    body: file,
    headers: { 'Content-Type': 'application/octet-stream' },
    credentials: 'same-origin',
  }).catch(() => {
    throw noAnswer();
  });
  const body = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw problemFrom(response.status, body);
  }
  return body as T;
}

/** Asks for a file with a body that says which, and hands it to the browser to be saved. */
export async function download(path: string, body: unknown): Promise<void> {
  const response = await fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
    credentials: 'same-origin',
  }).catch(() => {
    throw noAnswer();
  });
  if (!response.ok) {
    throw problemFrom(response.status, await response.json().catch(() => undefined));
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name ?? 'holdpoint';
  link.click();
  URL.revokeObjectURL(address);
}
