// In which zone moments are shown: that of the plant in scope, or UTC. Kept per device, like the theme.

import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { type ShownZone, UTC } from './text/time';

export type ClockChoice = 'plant' | 'utc';

interface Shown {
  /** The zone that moments are shown in. */
  readonly shown: ShownZone;
  /** The plant's zone; nothing when the sites in scope have different ones. */
  readonly plant: ShownZone | undefined;
  readonly choice: ClockChoice;
  readonly choose: (choice: ClockChoice) => void;
  /** This machine's clock, renewed twice a minute. */
  readonly now: Date;
}

const Context = createContext<Shown>({
  shown: UTC,
  plant: undefined,
  choice: 'utc',
  choose: () => undefined,
  now: new Date(),
});

const KEY = 'holdpoint.clock';

export function ShownZoneProvider({ zone, children }: { zone: string | undefined; children: ReactNode }) {
  const [choice, setChoice] = useState<ClockChoice>(() =>
    localStorage.getItem(KEY) === 'utc' ? 'utc' : 'plant',
  );
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  const value = useMemo<Shown>(() => {
    const plant = zone ? { zone } : undefined;
    const choose = (next: ClockChoice) => {
      localStorage.setItem(KEY, next);
      setChoice(next);
    };
    return { shown: choice === 'plant' && plant ? plant : UTC, plant, choice, choose, now };
  }, [zone, choice, now]);
  return <Context value={value}>{children}</Context>;
}

export function useShownZone(): Shown {
  return use(Context);
}
