/** The names a relay has given out: who holds them, and when they become free again. */
import type { CloudClock, Report } from '../types.ts';
import { type HeldName, holdName } from './held-name.ts';

const socketsAtMost = 10;
const waitingAtMost = 10;

/** What the log may show of a name: enough to tell two apart. */
export const shortName = (name: string): string => (name.length > 8 ? `${name.slice(0, 8)}…` : name);

export function createNameBook(options: {
  readonly clock: CloudClock;
  readonly report: Report;
  /** Cloud milliseconds a name stays its owner's after the last data socket went. */
  readonly holdMs: number;
  /** Real milliseconds a public request waits for a free data socket. */
  readonly socketWaitMs: number;
  readonly closesAtOnce: () => boolean;
  readonly dataHost: () => string;
  readonly isDataRefused: () => boolean;
}) {
  const { clock, report } = options;
  const held = new Map<string, HeldName>();
  const cancelHold = new Map<string, () => void>();
  const arrivals = new Set<() => void>();
  let { holdMs } = options;

  function release(name: string, why: string): void {
    const tunnel = held.get(name);
    if (!tunnel) return;
    cancelHold.get(name)?.();
    cancelHold.delete(name);
    held.delete(name);
    tunnel.shut();
    report({ site: 'relay', name: 'tunnel.released', text: `The name ${shortName(name)} is free again (${why}).` });
  }

  function startHold(name: string): void {
    cancelHold.get(name)?.();
    cancelHold.set(
      name,
      clock.after(holdMs, () => release(name, 'nobody was connected any more')),
    );
  }

  function connectionChanged(name: string, isConnected: boolean): void {
    if (!held.has(name)) return;
    cancelHold.get(name)?.();
    if (isConnected) {
      report({ site: 'relay', name: 'tunnel.connected', text: `A desktop is connected as ${shortName(name)}.` });
      for (const look of arrivals) look();
    } else {
      report({ site: 'relay', name: 'tunnel.lost', text: `The desktop behind ${shortName(name)} has no socket left.` });
      startHold(name);
    }
  }

  return {
    socketsAtMost,
    get: (name: string): HeldName | undefined => held.get(name),
    all: (): HeldName[] => [...held.values()],
    release,
    releaseAll(why: string): void {
      for (const name of [...held.keys()]) release(name, why);
    },
    setHoldMs(ms: number): void {
      holdMs = ms;
    },
    /** Gives the name out and opens its data port. */
    async hold(name: string): Promise<HeldName> {
      const tunnel = await holdName({
        name,
        maxSockets: socketsAtMost,
        socketWaitMs: options.socketWaitMs,
        maxWaiting: waitingAtMost,
        closesAtOnce: options.closesAtOnce,
        host: options.dataHost(),
        onConnected: (isConnected) => connectionChanged(name, isConnected),
      });
      held.set(name, tunnel);
      startHold(name);
      if (options.isDataRefused()) tunnel.shut();
      report({ site: 'relay', name: 'tunnel.opened', text: `The name ${shortName(name)} was given out.` });
      return tunnel;
    },
    /** Resolves when this name (or any) has data sockets; rejects after `limitMs` real milliseconds. */
    connected(name: string | undefined, limitMs: number): Promise<string> {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = [...held.values()].find((t) => (name === undefined || t.name === name) && t.connected() > 0);
          if (!found) return;
          clearTimeout(limit);
          arrivals.delete(look);
          resolve(found.name);
        };
        const limit = setTimeout(() => {
          arrivals.delete(look);
          reject(new Error(`no desktop connected within ${limitMs} ms`));
        }, limitMs);
        arrivals.add(look);
        look();
      });
    },
  };
}
