// The list of keys.

import { messages } from '../messages';
import { Dialog } from '../parts/Dialog';

export function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={messages.keys.title} text={messages.keys.intro} onClose={onClose}>
      <dl className="hp-keys">
        {messages.keys.list.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
