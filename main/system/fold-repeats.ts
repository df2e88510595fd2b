import type { LogFields } from '../domain/ports.ts';

export type Level = 'info' | 'warn' | 'error';
/** A line of the log as it is to be written. */
export interface LogLine {
  readonly level: Level;
  readonly event: string;
  readonly fields: LogFields;
  /** So many like it came since the last one that was written, and were not. */
  readonly leftOut?: number;
  /** Where the line stands for the last of those that were left out: when that was. */
  readonly lastAt?: Date;
}

/** So many of a kind are written one by one: what follows what, and how fast it is tried again, can be read from them. */
const inFull = 3;
/** One that goes on is written this often, with the count; this long after its last one a kind is new again. */
const everyMs = 10 * 60_000;
/** A kind that is silent for this long is over: then the rest of it is counted. */
const overMs = 2 * 60_000;
/** Kinds that are remembered at a time; the one that was silent for longest is counted and forgotten. */
const mostKinds = 100;
/** Different each time without making it something else. */
const passing: ReadonlySet<string> = new Set(['attempt', 'clientRequestId', 'inARow', 'lateMs', 'requestId', 'tookMs']);

interface Kind {
  level: Level;
  event: string;
  fields: LogFields;
  written: number;
  writtenAt: Date;
  leftOut: number;
  lastAt: Date;
}

export interface FoldRepeats {
  /** What is to be written now, in this order. */
  take(level: Level, event: string, fields: LogFields, at: Date): readonly LogLine[];
  /** What was left out so far; nothing waits any more. */
  rest(): readonly LogLine[];
}

/**
 * Warnings and errors that repeat are folded: the first ones in full, then one every ten minutes with a count, and a count
 * of the rest when it is over. Half an hour without a network makes a page of log, not forty.
 */
export function createFoldRepeats(): FoldRepeats {
  const kinds = new Map<string, Kind>();

  /** The last of those that were left out, for all of them. */
  function count(kind: Kind): readonly LogLine[] {
    const { level, event, fields, leftOut, lastAt } = kind;
    kind.leftOut = 0;
    return leftOut === 0 ? [] : [{ level, event, fields, leftOut, lastAt }];
  }
  function tidied(at: Date): readonly LogLine[] {
    return [...kinds].flatMap(([key, kind]) => {
      const silentMs = Math.abs(at.getTime() - kind.lastAt.getTime());
      if (silentMs >= everyMs) kinds.delete(key);
      return silentMs >= overMs ? count(kind) : [];
    });
  }

  return {
    take(level, event, fields, at) {
      const before = tidied(at);
      const line = { level, event, fields };
      if (level === 'info') return [...before, line];
      const key = JSON.stringify([level, event, ...Object.entries(fields).filter(([name]) => !passing.has(name))]);
      const kind = kinds.get(key);
      // The longest silent one stands first.
      kinds.delete(key);
      if (kind === undefined) {
        const [oldest] = kinds;
        const evicted = kinds.size >= mostKinds && oldest !== undefined ? count(oldest[1]) : [];
        if (kinds.size >= mostKinds && oldest !== undefined) kinds.delete(oldest[0]);
        kinds.set(key, { ...line, written: 1, writtenAt: at, leftOut: 0, lastAt: at });
        return [...before, ...evicted, line];
      }
      kinds.set(key, Object.assign(kind, { fields, lastAt: at }));
      if (kind.written >= inFull && Math.abs(at.getTime() - kind.writtenAt.getTime()) < everyMs) {
        kind.leftOut += 1;
        return before;
      }
      const { leftOut } = kind;
      Object.assign(kind, { written: kind.written + 1, writtenAt: at, leftOut: 0 });
      return [...before, leftOut === 0 ? line : { ...line, leftOut }];
    },
    rest: () => [...kinds.values()].flatMap(count),
  };
}
