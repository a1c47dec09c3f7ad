// A page: title, actions, a line of notes, the filter, the list, and the drawer beside it.

import { type ReactNode, useEffect } from 'react';
import { messages } from '../messages';
import { minute, UTC } from '../text/time';
import { useView } from '../view';

export function Page({
  title,
  kicker,
  actions,
  bar,
  drawer,
  children,
}: {
  title: ReactNode;
  kicker?: ReactNode;
  actions?: ReactNode;
  /** Filter and the like, above the list. */
  bar?: ReactNode;
  drawer?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = typeof title === 'string' ? `${title} · ${messages.product}` : messages.product;
  }, [title]);
  return (
    <div className="hp-page">
      <header className="hp-page-head">
        <div>
          {kicker && <div className="hp-small hp-muted">{kicker}</div>}
          <h1>{title}</h1>
        </div>
        <div className="hp-actions">{actions}</div>
      </header>
      <AsOfNote />
      {bar}
      <div className={drawer ? 'hp-split hp-split-open' : 'hp-split'}>
        <div className="hp-main">{children}</div>
        {drawer}
      </div>
    </div>
  );
}

function AsOfNote() {
  const [view, change] = useView();
  if (!view.as_of) {
    return null;
  }
  const shown = view.as_of.length > 10 ? `${minute(view.as_of, UTC)} UTC` : view.as_of;
  return (
    <p className="hp-note" role="status">
      <span aria-hidden="true">△ </span>
      {messages.list.asOfNote(shown)}{' '}
      <button type="button" className="hp-link" onClick={() => change({ as_of: undefined })}>
        {messages.list.toNow}
      </button>
    </p>
  );
}

/** The date of which a list speaks. */
export function AsOfField() {
  const [view, change] = useView();
  return (
    <label className="hp-asof">
      {messages.list.asOf}
      <input
        type="date"
        value={view.as_of?.slice(0, 10) ?? ''}
        onChange={(event) => change({ as_of: event.target.value || undefined, open: undefined })}
      />
    </label>
  );
}
