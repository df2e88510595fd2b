import { expect, test } from 'vitest';
import {
  absorbMs,
  answersApartMs,
  askedLifetimeMs,
  decide,
  type SubscriptionFacts,
  type SubscriptionStep,
  type Surroundings,
} from '../../../main/domain/subscription.ts';

const now = new Date('2026-11-21T09:00:00Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const minutes = (count: number): number => count * 60_000;

const facts = (changes: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
  record: null,
  lastAnswer: null,
  retryAt: null,
  ...changes,
});
const live = (changes: Partial<NonNullable<SubscriptionFacts['record']>> = {}) => ({
  id: 'sub-1',
  host: 'ours.example',
  expiresAt: after(askedLifetimeMs),
  challenged: false,
  ...changes,
});
const around = (changes: Partial<Surroundings> = {}): Surroundings => ({
  now,
  mayCallGraph: true,
  publicHost: 'ours.example',
  ...changes,
});
const answered = (kind: 'reauthorize' | 'renew', agoMs: number) => ({ kind, at: after(-agoMs) });
const soon = { expiresAt: after(askedLifetimeMs / 2 - 1) };

const table: readonly (readonly [string, SubscriptionFacts, Surroundings, SubscriptionStep])[] = [
  ['creates where there is none', facts(), around(), { do: 'create' }],
  ['creates nothing that Graph could not reach', facts(), around({ publicHost: null }), { do: 'wait', until: null }],
  [
    'leaves Graph alone while only the person can help, even if challenged',
    facts({ record: live({ challenged: true, expiresAt: after(-1) }) }),
    around({ mayCallGraph: false }),
    { do: 'wait', until: null },
  ],
  [
    'makes another one when more folders than the inbox are watched from now on',
    facts({ record: live() }),
    around({ isWide: true }),
    { do: 'remove', id: 'sub-1', why: 'otherFolders' },
  ],
  [
    'goes back to the inbox alone when no other folder is watched any more',
    facts({ record: live({ isWide: true }) }),
    around(),
    { do: 'remove', id: 'sub-1', why: 'otherFolders' },
  ],
  [
    'keeps what it has while nothing better could be made',
    facts({ record: live() }),
    around({ isWide: true, publicHost: null }),
    { do: 'wait', until: after(askedLifetimeMs / 2) },
  ],
  ['waits after a failed create', facts({ retryAt: after(5_000) }), around(), { do: 'wait', until: after(5_000) }],
  ['creates when the wait is over', facts({ retryAt: now }), around(), { do: 'create' }],
  [
    'removes what has expired before it makes a new one',
    facts({ record: live({ expiresAt: now }) }),
    around(),
    { do: 'remove', id: 'sub-1', why: 'expired' },
  ],
  [
    'does not hurry to remove what has expired when that failed',
    facts({ record: live({ expiresAt: now }), retryAt: after(1) }),
    around(),
    { do: 'wait', until: after(1) },
  ],
  [
    'removes what points to an address that is ours no more',
    facts({ record: live({ host: 'old.example' }) }),
    around(),
    { do: 'remove', id: 'sub-1', why: 'otherHost' },
  ],
  [
    'does not hurry to remove it when that failed',
    facts({ record: live({ host: 'old.example' }), retryAt: after(1) }),
    around(),
    { do: 'wait', until: after(1) },
  ],
  [
    'keeps it while there is no address at all: the tunnel may come back with the same one',
    facts({ record: live({ host: 'old.example' }) }),
    around({ publicHost: null }),
    { do: 'wait', until: after(askedLifetimeMs / 2) },
  ],
  [
    'waits for half of its life',
    facts({ record: live() }),
    around(),
    { do: 'wait', until: after(askedLifetimeMs / 2) },
  ],
  ['renews after half of its life', facts({ record: live(soon) }), around(), { do: 'renew', id: 'sub-1' }],
  [
    'renews without a tunnel too',
    facts({ record: live(soon) }),
    around({ publicHost: null }),
    { do: 'renew', id: 'sub-1' },
  ],
  ['answers a challenge', facts({ record: live({ challenged: true }) }), around(), { do: 'reauthorize', id: 'sub-1' }],
  [
    'answers a challenge without a tunnel too',
    facts({ record: live({ challenged: true }) }),
    around({ publicHost: null }),
    { do: 'reauthorize', id: 'sub-1' },
  ],
  [
    'answers a challenge after a while when that failed',
    facts({ record: live({ challenged: true }), retryAt: after(7) }),
    around(),
    { do: 'wait', until: after(7) },
  ],
  [
    'answers a challenge by renewing when that is due anyway',
    facts({ record: live({ ...soon, challenged: true }) }),
    around(),
    { do: 'renew', id: 'sub-1' },
  ],
  [
    'takes a challenge right after an answer for an echo of the one before',
    facts({ record: live({ challenged: true }), lastAnswer: answered('reauthorize', absorbMs - 1) }),
    around(),
    { do: 'absorb' },
  ],
  [
    'takes a challenge right after the create for an echo too',
    facts({ record: live({ challenged: true }), lastAnswer: answered('renew', 0) }),
    around(),
    { do: 'absorb' },
  ],
  [
    'answers a challenge when the clock was set back since the last answer',
    facts({ record: live({ challenged: true }), lastAnswer: answered('reauthorize', -minutes(600)) }),
    around(),
    { do: 'reauthorize', id: 'sub-1' },
  ],
  [
    'reauthorizes again when the next challenge comes soon after a reauthorize',
    facts({ record: live({ challenged: true }), lastAnswer: answered('reauthorize', absorbMs) }),
    around(),
    { do: 'reauthorize', id: 'sub-1' },
  ],
  [
    'answers with another PATCH soon after a PATCH',
    facts({ record: live({ challenged: true }), lastAnswer: answered('renew', absorbMs) }),
    around(),
    { do: 'renew', id: 'sub-1' },
  ],
  [
    'reauthorizes ten minutes after a PATCH',
    facts({ record: live({ challenged: true }), lastAnswer: answered('renew', answersApartMs) }),
    around(),
    { do: 'reauthorize', id: 'sub-1' },
  ],
  [
    'holds a due renewal back until well over ten minutes after a reauthorize',
    facts({ record: live(soon), lastAnswer: answered('reauthorize', minutes(4)) }),
    around(),
    { do: 'wait', until: after(minutes(6.5)) },
  ],
  [
    'answers a challenge meanwhile with another reauthorize',
    facts({ record: live({ ...soon, challenged: true }), lastAnswer: answered('reauthorize', minutes(4)) }),
    around(),
    { do: 'reauthorize', id: 'sub-1' },
  ],
  [
    'waits for half of a life that Graph cut short',
    facts({ record: live({ expiresAt: after(minutes(60)) }), lastAnswer: answered('renew', 0) }),
    around(),
    { do: 'wait', until: after(minutes(30)) },
  ],
  [
    'renews after half of a life that Graph cut short',
    facts({ record: live({ expiresAt: after(minutes(30)) }), lastAnswer: answered('renew', minutes(30)) }),
    around(),
    { do: 'renew', id: 'sub-1' },
  ],
];

test.each(table)('%s', (_promise, given, surroundings, step) => {
  expect(decide(given, surroundings)).toEqual(step);
});

test('asks for less than the longest life that Graph allows', () => {
  expect(askedLifetimeMs).toBeLessThan(minutes(10_070));
});

/** Small and seeded, so that a failure can be replayed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A Graph that does what is asked unless it is told to fail, and writes down each call. */
function simulate(seed: number) {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0];
  const calls: { readonly at: number; readonly do: SubscriptionStep['do']; readonly id: string }[] = [];
  const hosts = ['one.example', 'two.example'] as const;
  let at = now;
  let known = facts();
  let place: { mayCallGraph: boolean; publicHost: string | null } = { mayCallGraph: true, publicHost: hosts[0] };
  let created = 0;
  const lifeMs = pick([askedLifetimeMs, askedLifetimeMs, minutes(60), minutes(4_230)]);

  const take = (step: Exclude<SubscriptionStep, { do: 'wait' }>): void => {
    const { record } = known;
    const id = step.do === 'create' ? `sub-${++created}` : (record?.id ?? '');
    if (step.do !== 'absorb') calls.push({ at: at.getTime(), do: step.do, id });
    const expiresAt = new Date(at.getTime() + lifeMs);
    switch (step.do) {
      case 'create':
        known = {
          record: { id, host: place.publicHost ?? '', expiresAt, challenged: false },
          lastAnswer: { kind: 'renew', at },
          retryAt: null,
        };
        return;
      case 'remove':
        known = { ...known, record: null, retryAt: null };
        return;
      case 'absorb':
        known = { ...known, record: record && { ...record, challenged: false } };
        return;
      case 'renew':
        known = {
          record: record && { ...record, expiresAt, challenged: false },
          lastAnswer: { kind: 'renew', at },
          retryAt: null,
        };
        return;
      case 'reauthorize':
        known = {
          record: record && { ...record, challenged: false },
          lastAnswer: { kind: 'reauthorize', at },
          retryAt: null,
        };
    }
  };
  /** Follows `decide` until it waits for time or for other facts. */
  const follow = (failing: boolean): SubscriptionStep => {
    for (let steps = 0; steps < 10; steps += 1) {
      const step = decide(known, { ...place, now: at });
      if (step.do === 'wait') return step;
      if (failing && step.do !== 'absorb') known = { ...known, retryAt: new Date(at.getTime() + 5_000) };
      else take(step);
    }
    throw new Error('ten steps in a row without a wait');
  };
  const happen = (): void => {
    const what = pick(['time', 'time', 'days', 'challenge', 'challenge', 'host', 'signIn', 'dropped', 'restart']);
    if (what === 'time') at = new Date(at.getTime() + Math.floor(random() * minutes(15)));
    if (what === 'days') at = new Date(at.getTime() + Math.floor(random() * minutes(6_000)));
    if (what === 'challenge') known = { ...known, record: known.record && { ...known.record, challenged: true } };
    if (what === 'host') place = { ...place, publicHost: pick([null, ...hosts]) };
    if (what === 'signIn') place = { ...place, mayCallGraph: random() < 0.7 };
    if (what === 'dropped') {
      if (known.record !== null) calls.push({ at: at.getTime(), do: 'remove', id: known.record.id });
      known = { ...known, record: null };
    }
    if (what === 'restart') known = { ...known, lastAnswer: null, retryAt: null };
    if (what === 'restart') calls.length = 0;
  };
  /** With Graph willing and an address at hand, how it ends: with a live, unchallenged subscription there. */
  const recover = (): { readonly live: boolean; readonly rounds: number } => {
    place = { mayCallGraph: true, publicHost: hosts[1] };
    for (let rounds = 1; rounds <= 20; rounds += 1) {
      const step = follow(false);
      const { record } = known;
      if (record?.host === hosts[1] && record.expiresAt > at && !record.challenged) return { live: true, rounds };
      if (step.do !== 'wait' || step.until === null) return { live: false, rounds };
      at = step.until;
    }
    return { live: false, rounds: 20 };
  };
  return { random, happen, follow, recover, calls };
}

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
test(`keeps its rules on any walk, and finds back to a live subscription from everywhere (SEED=${seed})`, () => {
  for (let walk = 0; walk < 300; walk += 1) {
    const world = simulate(seed + walk);
    const steps = 5 + Math.floor(world.random() * 40);
    for (let step = 0; step < steps; step += 1) {
      world.happen();
      world.follow(world.random() < 0.2);
    }
    const recovered = world.recover();
    expect({ walk, ...recovered, quick: recovered.rounds <= 3 }).toMatchObject({ walk, live: true, quick: true });

    world.calls.forEach((call, index) => {
      const before = world.calls.slice(0, index);
      if (call.do === 'create') {
        const last = before.findLast(({ do: what }) => what === 'create' || what === 'remove');
        expect({ walk, index, before: last?.do ?? 'remove' }).toEqual({ walk, index, before: 'remove' });
      }
      const other = call.do === 'renew' ? 'reauthorize' : call.do === 'reauthorize' ? 'renew' : null;
      const tooClose = before.filter(
        (each) => each.id === call.id && each.do === other && call.at - each.at < answersApartMs,
      );
      expect({ walk, index, tooClose }).toEqual({ walk, index, tooClose: [] });
    });
  }
});
