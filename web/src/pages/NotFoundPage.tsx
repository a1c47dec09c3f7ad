// An address that leads nowhere.

import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import { Empty } from '../parts/Empty';

export function NotFoundPage() {
  return (
    <main className="hp-alone">
      <Empty title={messages.notFound.title}>
        <p>{messages.notFound.text}</p>
        <Link to="/advisories">{messages.notFound.home}</Link>
      </Empty>
    </main>
  );
}
