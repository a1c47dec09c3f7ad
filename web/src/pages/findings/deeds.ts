// What is asked of the API in triage, and what a form remembers of the last time.

import { api, data } from '../../api/client';
import type { TriageLook } from '../../api/types';

export type Deed = 'approve' | 'not_relevant' | 'defer' | 'accept';

/** Which findings: one by one, or all that a filter finds. */
export type Which = { readonly findings: string[] } | { readonly filter: string };

export interface Wording {
  readonly reason: string;
  readonly until: string;
  readonly code: string;
  readonly residual: string;
  readonly mitigates: boolean;
  readonly control: string;
  readonly controlWhat: string;
  readonly controlOwner: string;
  readonly inspection: string;
  readonly silence: string;
}

const DAYS: Record<Deed, number> = { approve: 0, not_relevant: 180, defer: 90, accept: 180 };
const CODES: Record<Deed, string> = {
  approve: '',
  not_relevant: '',
  defer: 'outage',
  accept: 'risk_above_benefit',
};

function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

function key(deed: Deed): string {
  return `holdpoint.triage.${deed}`;
}

/** What was written the last time in this tab, else what is usual. */
export function remembered(deed: Deed): Wording {
  const usual: Wording = {
    reason: '',
    until: dayAhead(DAYS[deed]),
    code: CODES[deed],
    residual: deed === 'not_relevant' ? 'low' : 'normal',
    mitigates: false,
    control: '',
    controlWhat: '',
    controlOwner: '',
    inspection: '',
    silence: '',
  };
  try {
    return { ...usual, ...(JSON.parse(sessionStorage.getItem(key(deed)) ?? '{}') as Partial<Wording>) };
  } catch {
    return usual;
  }
}

export function remember(deed: Deed, wording: Wording): void {
  sessionStorage.setItem(key(deed), JSON.stringify(wording));
}

/** Whether everything that the form asks for is there. */
export function isReady(deed: Deed, wording: Wording, look: TriageLook | undefined): boolean {
  const said = (text: string) => text.trim().length >= 3;
  if (!look || look.does === 0 || !said(wording.reason)) {
    return false;
  }
  if (deed === 'approve') {
    return (
      (!look.missing.includes('inspection') || said(wording.inspection)) &&
      (!look.missing.includes('silence') || said(wording.silence))
    );
  }
  const hasControl =
    !wording.mitigates ||
    (wording.control !== '' && said(wording.controlWhat) && wording.controlOwner.trim() !== '');
  return wording.until !== '' && (deed !== 'accept' || hasControl);
}

function body(which: Which, deed: Deed, wording: Wording) {
  const base = { ...which, reason: wording.reason.trim() };
  if (deed === 'approve') {
    return {
      ...base,
      deed,
      ...(wording.inspection.trim() ? { inspection: wording.inspection.trim() } : {}),
      ...(wording.silence.trim() ? { silence: wording.silence.trim() } : {}),
    };
  }
  const mitigates = deed === 'accept' && wording.mitigates;
  return {
    ...base,
    deed: mitigates ? 'mitigate' : deed,
    expires_at: wording.until,
    residual: wording.residual,
    ...(deed === 'not_relevant' ? {} : { reason_code: wording.code }),
    ...(mitigates
      ? {
          controls: [
            {
              control: wording.control,
              what: wording.controlWhat.trim(),
              owner: wording.controlOwner.trim(),
            },
          ],
        }
      : {}),
  };
}

/** What it would do. Of what is written only the end matters for that. */
export function lookAt(which: Which, deed: Deed, until: string) {
  const asked = { ...which, ...(deed === 'approve' ? {} : { expires_at: until || dayAhead(30) }) };
  return data(
    api.POST('/api/v1/findings:preview', {
      body: {
        ...asked,
        deed,
        ...(deed === 'defer' || deed === 'accept' ? { reason_code: CODES[deed] } : {}),
      },
    }),
  );
}

export function decide(which: Which, deed: Deed, wording: Wording, expected: string) {
  return data(api.POST('/api/v1/findings:decide', { body: { ...body(which, deed, wording), expected } }));
}

export function undo(decisions: string[], reason: string) {
  return data(api.POST('/api/v1/findings:undo', { body: { decisions, reason } }));
}
