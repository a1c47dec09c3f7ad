// How agents, hosts and devices with a client of their own stand: each word with its symbol.

import { agents, clients, hosts } from '../words/agents';
import type { Mark } from './words';

/** How an agent stands; `why` is why it was ended. */
export function agentMark(state: string, why: string): Mark {
  const words = agents.states;
  switch (state) {
    case 'enrolled':
      return { symbol: '✓', word: words.enrolled, tone: 'plain' };
    case 'overdue':
      return { symbol: '◷', word: words.overdue, tone: 'due' };
    case 'certificate_over':
      return { symbol: '!', word: words.certificate_over, tone: 'act' };
    case 'lost_records':
      return { symbol: '!', word: words.lost_records, tone: 'act' };
    case 'ended':
      return { symbol: '—', word: agents.ended(why), tone: 'muted' };
    default:
      return { symbol: '?', word: state, tone: 'unsure' };
  }
}

/** Who serves a host that has a line. */
export function servedMark(served: string): Mark {
  switch (served) {
    case 'ssh':
      return { symbol: '→', word: hosts.served.ssh, tone: 'plain' };
    case 'agent':
      return { symbol: '✓', word: hosts.served.agent, tone: 'muted' };
    case 'controller':
      return { symbol: '✓', word: hosts.served.controller, tone: 'muted' };
    default:
      return { symbol: '?', word: served, tone: 'unsure' };
  }
}

/** What a person has said of a device with a client of its own. */
export function clientMark(state: string): Mark {
  switch (state) {
    case 'candidate':
      return { symbol: '◷', word: clients.states.candidate, tone: 'due' };
    case 'accepted':
      return { symbol: '✓', word: clients.states.accepted, tone: 'plain' };
    case 'refused':
      return { symbol: '✗', word: clients.states.refused, tone: 'muted' };
    default:
      return { symbol: '?', word: state, tone: 'unsure' };
  }
}
