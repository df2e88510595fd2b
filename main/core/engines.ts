import type { AccountRecord } from '../domain/ports.ts';
import type { AccountFacts } from '../workflows/describe.ts';
import type { TestedAccount } from '../workflows/self-test.ts';
import type { AccountEngine } from './account.ts';

/** What works for each signed-in person, and what is said to all of them. */
export interface Engines {
  readonly byAccount: ReadonlyMap<string, AccountEngine>;
  /** Makes it, the first time. */
  of(record: AccountRecord): AccountEngine;
  drop(homeAccountId: string): void;
  /** After a start: what there is to do at Graph, and what was missed. */
  begin(): void;
  /** On a click: nobody waits for a next try. */
  lookNow(): void;
  woke(cause: 'asleep' | 'offline', since: Date | undefined): void;
  /** `hasAddress`: whether Graph can reach us now. */
  addressChanged(event: { readonly nameLost: boolean }, hasAddress: boolean): void;
  subscribeAnew(homeAccountId: string): void;
  settingsChanged(): void;
  facts(records: readonly AccountRecord[]): readonly AccountFacts[];
  tested(records: readonly AccountRecord[]): readonly TestedAccount[];
  clockOffsetsMs(): readonly (number | null)[];
  /** Graph is to forget us, as far as it can be asked. */
  farewell(): Promise<unknown>;
  stop(): Promise<unknown>;
}

/** @param make called once for each account, and again should it come back after it was dropped. */
export function createEngines(make: (record: AccountRecord) => AccountEngine): Engines {
  const byAccount = new Map<string, AccountEngine>();
  const all = (): readonly AccountEngine[] => [...byAccount.values()];

  async function subscribeAnew({ subscribed }: AccountEngine): Promise<void> {
    await subscribed.deleteAll();
    subscribed.reconcile();
  }
  const present = <T>(records: readonly AccountRecord[], see: (engine: AccountEngine, record: AccountRecord) => T) =>
    records.flatMap((record): T[] => {
      const engine = byAccount.get(record.account.homeAccountId);
      return engine === undefined ? [] : [see(engine, record)];
    });

  return {
    byAccount,
    of(record) {
      const id = record.account.homeAccountId;
      const existing = byAccount.get(id);
      if (existing !== undefined) return existing;
      const engine = make(record);
      byAccount.set(id, engine);
      return engine;
    },
    drop(id) {
      const gone = byAccount.get(id);
      byAccount.delete(id);
      void gone?.stop();
    },
    begin() {
      for (const { subscribed, catchUp } of all()) {
        subscribed.reconcile();
        catchUp.request('all', 'started');
      }
    },
    lookNow() {
      for (const { subscribed, catchUp } of all()) {
        subscribed.retryNow();
        catchUp.request('all', 'asked');
      }
    },
    woke(cause, since) {
      for (const { subscribed, catchUp } of all()) {
        catchUp.expectGap(cause, since);
        subscribed.retryNow();
        // What Graph said of a subscription meanwhile could not reach us, and is not said for ever.
        subscribed.doubted();
        catchUp.request('all', 'asked');
      }
    },
    addressChanged({ nameLost }, hasAddress) {
      for (const engine of all()) {
        const { subscribed, catchUp } = engine;
        if (nameLost) void subscribeAnew(engine);
        else subscribed.reconcile();
        if (hasAddress && !nameLost) subscribed.doubted();
        // Where subscriptions have to be made anew, that ends with a look of its own.
        if (subscribed.complete() || !hasAddress) catchUp.request('all', 'tunnel');
      }
    },
    subscribeAnew(id) {
      const engine = byAccount.get(id);
      if (engine !== undefined) void subscribeAnew(engine);
    },
    settingsChanged() {
      for (const engine of all()) engine.settingsChanged();
    },
    facts: (records) => present(records, (engine, record) => engine.facts(record)),
    tested: (records) => present(records, (engine) => engine.tested()),
    clockOffsetsMs: () => all().map((engine) => engine.clockOffsetMs()),
    farewell: () => Promise.all(all().map(({ subscribed }) => subscribed.deleteAll())),
    stop: () => Promise.all(all().map((engine) => engine.stop())),
  };
}
