// j and k move the focus from row to row; o opens, as Enter does by itself.

import { type RefObject, useEffect, useRef } from 'react';
import { isTyping } from '../frame/typing';

function mainOf(scroller: HTMLElement | null, index: number): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`tr[data-index="${index}"] [data-row-main]`) ?? null;
}

export function useRowKeys(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  bringInSight: (index: number) => void,
): void {
  const bring = useRef(bringInSight);
  bring.current = bringInSight;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event) || !['j', 'k', 'o'].includes(event.key)) {
        return;
      }
      const focused = document.activeElement?.closest('tr[data-index]');
      const at =
        focused && scroller.current?.contains(focused) ? Number(focused.getAttribute('data-index')) : -1;
      if (event.key === 'o') {
        mainOf(scroller.current, at)?.click();
        return;
      }
      const next = event.key === 'j' ? Math.min(at + 1, count - 1) : Math.max(at - 1, 0);
      bring.current(next);
      const drawn = mainOf(scroller.current, next);
      if (drawn) {
        // At once, so that a second key that comes quickly counts from here.
        drawn.focus();
      } else {
        requestAnimationFrame(() => mainOf(scroller.current, next)?.focus());
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [scroller, count]);
}
