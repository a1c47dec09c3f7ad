// The keys of triage: x chooses the row, X all up to it, * all; y, n, d and a open the form of a deed; u takes back.

import { useEffect, useRef } from 'react';
import { isTyping } from '../../frame/typing';
import type { Selection } from '../../parts/useSelection';
import type { Deed } from './deeds';

const DEEDS: Record<string, Deed> = { y: 'approve', n: 'not_relevant', d: 'defer', a: 'accept' };

/** After `g` a letter goes to another page, and is no deed. */
const GOING_MS = 1500;

/** The place of the row that has the focus, in the list. */
export function focusedRow(): number | undefined {
  const place = document.activeElement?.closest('tr[data-index]')?.getAttribute('data-index');
  return place === null || place === undefined ? undefined : Number(place);
}

/** Puts the focus on the row at that place, or on the last one before it. */
export function focusRow(place: number): void {
  for (let at = place; at >= 0; at -= 1) {
    const row = document.querySelector<HTMLElement>(`tr[data-index="${at}"] [data-row-main]`);
    if (row) {
      row.focus();
      return;
    }
  }
}

export function useTriageKeys({
  active,
  keyAt,
  selection,
  onDeed,
  onUndo,
}: {
  active: boolean;
  /** The key of the row at a place. */
  keyAt: (place: number) => string | undefined;
  selection: Selection;
  onDeed: (deed: Deed) => void;
  onUndo: () => void;
}): void {
  const now = useRef({ keyAt, selection, onDeed, onUndo });
  now.current = { keyAt, selection, onDeed, onUndo };
  useEffect(() => {
    if (!active) {
      return undefined;
    }
    let went = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) && !isChoosing(event)) {
        return;
      }
      if (event.key === 'g') {
        went = event.timeStamp;
        return;
      }
      const deed = DEEDS[event.key];
      const { keyAt, selection, onDeed, onUndo } = now.current;
      const place = focusedRow();
      const key = place === undefined ? undefined : keyAt(place);
      if (deed && event.timeStamp - went > GOING_MS) {
        event.preventDefault();
        onDeed(deed);
      } else if (event.key === 'x' && key !== undefined) {
        selection.toggle(key);
      } else if (event.key === 'X' && key !== undefined) {
        selection.reach(key);
      } else if (event.key === '*') {
        selection.toggleAll();
      } else if (event.key === 'u') {
        onUndo();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [active]);
}

/** The box of a row is no text field: letters are keys there too. */
function isChoosing(event: KeyboardEvent): boolean {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  return (
    plain &&
    event.target instanceof HTMLInputElement &&
    event.target.type === 'checkbox' &&
    document.querySelector('[role="dialog"]') === null
  );
}
