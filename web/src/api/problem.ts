// What a page knows of an answer that is not a success: the API's problem (RFC 9457), or that there was no answer.

import { messages } from '../messages';

export interface ProblemItem {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** A refused or failed request, in the words for people. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly items: readonly ProblemItem[];
  /** `false`: nothing was changed; nothing known when absent. */
  readonly changed: boolean | undefined;
  readonly reference: string | undefined;

  constructor(fields: {
    status: number;
    code: string;
    title: string;
    detail: string;
    items?: readonly ProblemItem[];
    changed?: boolean | undefined;
    reference?: string | undefined;
  }) {
    super(`${fields.title}: ${fields.detail}`);
    this.name = 'ProblemError';
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.detail = fields.detail;
    this.items = fields.items ?? [];
    this.changed = fields.changed;
    this.reference = fields.reference;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function items(value: unknown): ProblemItem[] {
  if (!Array.isArray(value)) {
    return [];
  }
  return value.map((one: Record<string, unknown>) => ({
    pointer: text(one?.pointer) ?? '',
    code: text(one?.code) ?? '',
    detail: text(one?.detail) ?? '',
  }));
}

/** The problem in a body, whatever the body is; a proxy may have answered with its own page. */
export function problemFrom(status: number, body: unknown): ProblemError {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return new ProblemError({
    status,
    code: text(fields.code) ?? 'unknown',
    title: text(fields.title) ?? messages.problem.noTitle(status),
    detail: text(fields.detail) ?? messages.problem.noDetail,
    items: items(fields.errors),
    changed: typeof fields.changed === 'boolean' ? fields.changed : undefined,
    reference: text(fields.request_id),
  });
}

/** There was no answer: the program is stopped or cannot be reached. */
export function noAnswer(): ProblemError {
  return new ProblemError({
    status: 0,
    code: 'no-answer',
    title: messages.problem.noAnswerTitle,
    detail: messages.problem.noAnswerDetail,
  });
}

/** Any error as a problem that can be shown. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) {
    return error;
  }
  if (error instanceof TypeError) {
    return noAnswer();
  }
  return new ProblemError({
    status: 0,
    code: 'page',
    title: messages.problem.pageTitle,
    detail: error instanceof Error ? error.message : String(error),
  });
}

/** What was changed, in words; nothing when it goes without saying. */
export function changedWords(problem: ProblemError, wrote: boolean): string | undefined {
  if (!wrote) {
    return undefined;
  }
  return problem.changed === false ? messages.problem.nothingChanged : messages.problem.maybeChanged;
}
