// A lane and a clock as words with a symbol: diamond for now and overdue, triangles for what comes next.

import type { Finding } from '../../api/types';
import { MarkText } from '../../parts/MarkText';
import type { Mark } from '../../text/words';
import { clockWords, laneWords, outcomeWords } from '../../words/findings';

const LANES: Record<string, Pick<Mark, 'symbol' | 'tone'>> = {
  now: { symbol: '◆', tone: 'act' },
  'next-window': { symbol: '▲', tone: 'due' },
  'next-outage': { symbol: '△', tone: 'plain' },
  accept: { symbol: '▷', tone: 'plain' },
};

export function Lane({ lane }: { lane: string }) {
  const mark = LANES[lane] ?? { symbol: '?', tone: 'unsure' as const };
  return <MarkText mark={{ ...mark, word: laneWords[lane] ?? lane }} />;
}

const STATES: Record<string, Pick<Mark, 'symbol' | 'tone'>> = {
  overdue: { symbol: '◆', tone: 'act' },
  due: { symbol: '▲', tone: 'due' },
};

/** How a clock stands, in the words of every page. */
export function ClockState({ state }: { state: Finding['clock_state'] }) {
  const mark = STATES[state.state] ?? { symbol: '–', tone: 'plain' as const };
  return <MarkText mark={{ ...mark, word: state.words }} />;
}

export function clockWord(clock: string): string {
  return clockWords[clock] ?? clock;
}

export function outcomeWord(outcome: string): string {
  return outcomeWords[outcome] ?? outcome;
}
