/** What changed in one collection (a mail folder, a calendar) and when, so that a delta round can be answered. */

export interface JournalEntry {
  readonly key: string;
  /** False once the item left the collection. */
  readonly isHere: boolean;
  readonly goneReason: 'deleted' | 'changed';
  /** Sequence number of the last arrival in this collection. */
  readonly arrivedSeq: number;
  readonly lastSeq: number;
}

interface Entry extends JournalEntry {
  /** Which properties each change since the arrival touched. */
  readonly changes: readonly { readonly seq: number; readonly properties: readonly string[] }[];
}

export interface Journal {
  /** Sequence number of the newest change; 0 when nothing happened yet. */
  head(): number;
  arrived(key: string): void;
  changed(key: string, properties: readonly string[]): void;
  gone(key: string, reason: 'deleted' | 'changed'): void;
  entry(key: string): JournalEntry | undefined;
  /** Keys of what is in the collection, newest arrival first. */
  keysHere(): string[];
  /** Keys of what arrived, changed or left after `seq`, oldest change first, each once. */
  changedSince(seq: number): string[];
  /** Properties changed after `seq`, or `all` when the item arrived after it. */
  propertiesSince(key: string, seq: number): ReadonlySet<string> | 'all';
}

export function createJournal(): Journal {
  const entries = new Map<string, Entry>();
  let head = 0;
  return {
    head: () => head,
    arrived(key) {
      head += 1;
      entries.set(key, { key, isHere: true, goneReason: 'deleted', arrivedSeq: head, lastSeq: head, changes: [] });
    },
    changed(key, properties) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      head += 1;
      entries.set(key, { ...entry, lastSeq: head, changes: [...entry.changes, { seq: head, properties }] });
    },
    gone(key, reason) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      head += 1;
      entries.set(key, { ...entry, isHere: false, goneReason: reason, lastSeq: head });
    },
    entry: (key) => entries.get(key),
    keysHere: () =>
      [...entries.values()]
        .filter((entry) => entry.isHere)
        .sort((a, b) => b.arrivedSeq - a.arrivedSeq)
        .map((entry) => entry.key),
    changedSince: (seq) =>
      [...entries.values()]
        .filter((entry) => entry.lastSeq > seq)
        .sort((a, b) => a.lastSeq - b.lastSeq)
        .map((entry) => entry.key),
    propertiesSince(key, seq) {
      const entry = entries.get(key);
      if (entry === undefined || entry.arrivedSeq > seq) return 'all';
      return new Set(entry.changes.filter((change) => change.seq > seq).flatMap((change) => change.properties));
    },
  };
}
