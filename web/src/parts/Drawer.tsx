// The drawer beside a list. It is not modal: the list stays usable, keeps its place, and Esc closes the drawer.

import { Button } from '@patternfly/react-core';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { type ReactNode, useEffect, useRef } from 'react';
import { messages } from '../messages';

/** Whether a dialog is open, which takes Esc for itself. */
function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

export function Drawer({
  title,
  kicker,
  onClose,
  actions,
  children,
}: {
  title: ReactNode;
  /** Small line above the title. */
  kicker?: ReactNode;
  onClose: () => void;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const close = useRef(onClose);
  close.current = onClose;
  // A dialog that takes Esc may be gone before the key comes here, so it is looked for on the key's way in.
  useEffect(() => {
    let taken = false;
    const onWayIn = (event: KeyboardEvent) => {
      taken = event.key === 'Escape' && dialogIsOpen();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !taken) {
        close.current();
      }
    };
    document.addEventListener('keydown', onWayIn, true);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onWayIn, true);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return (
    <aside className="hp-drawer" aria-labelledby="hp-drawer-title">
      <header className="hp-drawer-head">
        <div className="hp-drawer-names">
          {kicker && <div className="hp-small hp-muted">{kicker}</div>}
          <h2 id="hp-drawer-title">{title}</h2>
        </div>
        {actions}
        <Button variant="plain" aria-label={messages.actions.close} icon={<TimesIcon />} onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="hp-drawer-body" tabIndex={0} aria-labelledby="hp-drawer-title">
        {children}
      </section>
    </aside>
  );
}
