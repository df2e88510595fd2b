import {
  array,
  boolean,
  assert as check,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
} from 'fast-check';
import { expect, test } from 'vitest';
import { assessHealth, healthStates, type Warning } from '../../../main/domain/health.ts';
import {
  answersApartMs,
  askedLifetimeMs,
  decide,
  type SubscriptionFacts,
  type SubscriptionStep,
  type Surroundings,
} from '../../../main/domain/subscription.ts';

const startMs = Date.UTC(2026, 10, 21, 9);
const minute = 60_000;
const day = 86_400_000;
const at = (ms: number): Date => new Date(startMs + ms);

/** Any facts that a crash, a sleep or a set clock could leave behind. */
const anyFacts = record({
  record: option(
    record({
      id: constant('sub-1'),
      host: constantFrom('ours.example', 'older.example'),
      expiresAt: integer({ min: -2 * day, max: 8 * day }).map(at),
      challenged: boolean(),
      isWide: boolean(),
    }),
  ),
  lastAnswer: option(
    record({
      kind: constantFrom('reauthorize' as const, 'renew' as const),
      at: integer({ min: -day, max: day }).map(at),
    }),
  ),
  retryAt: option(integer({ min: -day, max: 10 * minute }).map(at)),
});
const anySurroundings = record({
  mayCallGraph: boolean(),
  publicHost: constantFrom(null, 'ours.example'),
  isWide: boolean(),
});

/** What a Graph that does as it is asked makes of a step. */
function carryOut(facts: SubscriptionFacts, step: SubscriptionStep, around: Surroundings): SubscriptionFacts {
  const { now } = around;
  const expiresAt = new Date(now.getTime() + askedLifetimeMs);
  switch (step.do) {
    case 'wait':
      return facts;
    case 'create':
      expect(facts.record).toBeNull(); // never a second one beside the first
      return {
        record: {
          id: 'sub-2',
          host: around.publicHost ?? '',
          expiresAt,
          challenged: false,
          isWide: around.isWide ?? false,
        },
        lastAnswer: { kind: 'renew', at: now },
        retryAt: null,
      };
    case 'remove':
      return { ...facts, record: null, retryAt: null };
    case 'absorb':
      return { ...facts, record: facts.record && { ...facts.record, challenged: false } };
    case 'renew':
    case 'reauthorize': {
      const renewed = step.do === 'renew' ? { expiresAt } : {};
      return {
        record: facts.record && { ...facts.record, ...renewed, challenged: false },
        lastAnswer: { kind: step.do, at: now },
        retryAt: null,
      };
    }
  }
}

test('whatever a subscription has been through, it is soon live, at our address, and answered for', () => {
  check(
    property(anyFacts, boolean(), (before, isWide) => {
      let facts: SubscriptionFacts = before;
      let now = at(0);
      for (let steps = 0; steps < 12; steps += 1) {
        const around = { now, mayCallGraph: true, publicHost: 'ours.example', isWide };
        const step = decide(facts, around);
        if (step.do === 'wait') {
          const { record: live } = facts;
          const isGood =
            live !== null &&
            live.host === 'ours.example' &&
            live.expiresAt > now &&
            !live.challenged &&
            live.isWide === isWide;
          if (isGood) return;
          // Not good yet: then it looks again by itself, and soon.
          expect(step.until).not.toBeNull();
          expect((step.until ?? now).getTime() - now.getTime()).toBeLessThanOrEqual(day + answersApartMs);
          now = step.until ?? now;
        }
        facts = carryOut(facts, step, around);
      }
      throw new Error(`still not live: ${JSON.stringify(facts)}`);
    }),
    { numRuns: 5_000 },
  );
});

test('Graph is left alone while only the person can help, and nothing is made that it could not reach', () => {
  check(
    property(anyFacts, anySurroundings, (facts, some) => {
      const around = { now: at(0), ...some };
      const step = decide(facts, around);
      if (!around.mayCallGraph) expect(step).toEqual({ do: 'wait', until: null });
      if (around.publicHost === null) expect(step.do).not.toBe('create');
      if (step.do === 'wait' && step.until === null) {
        expect(around.mayCallGraph && !(facts.record === null && around.publicHost === null)).toBe(false);
      }
    }),
    { numRuns: 5_000 },
  );
});

test('over a month of challenges at any moment both kinds of answer stay apart, and it never lapses', () => {
  check(
    property(array(integer({ min: 1, max: 3 * day }), { minLength: 1, maxLength: 60 }), (gaps) => {
      let facts: SubscriptionFacts = { record: null, lastAnswer: null, retryAt: null };
      let nowMs = 0;
      let last: { readonly kind: string; readonly atMs: number } | null = null;
      const act = (): number => {
        for (;;) {
          const around = { now: at(nowMs), mayCallGraph: true, publicHost: 'ours.example', isWide: false };
          const step = decide(facts, around);
          if (step.do === 'wait')
            return step.until === null ? Number.POSITIVE_INFINITY : step.until.getTime() - startMs;
          if (step.do === 'renew' || step.do === 'reauthorize') {
            if (last !== null && last.kind !== step.do)
              expect(nowMs - last.atMs).toBeGreaterThanOrEqual(answersApartMs);
            last = { kind: step.do, atMs: nowMs };
          }
          if (step.do === 'create') last = { kind: 'renew', atMs: nowMs };
          expect(step.do).not.toBe('remove');
          facts = carryOut(facts, step, around);
        }
      };
      let wakeMs = act();
      for (const gap of gaps) {
        const challengeMs = nowMs + gap;
        while (wakeMs <= challengeMs) {
          nowMs = Math.max(nowMs, wakeMs);
          wakeMs = act();
        }
        nowMs = challengeMs;
        expect(facts.record?.expiresAt.getTime()).toBeGreaterThan(startMs + nowMs);
        if (facts.record !== null) facts = { ...facts, record: { ...facts.record, challenged: true } };
        wakeMs = act();
      }
    }),
    { numRuns: 500 },
  );
});

const since = integer({ min: 0, max: 60 }).map((minutes) => at(minutes * minute));
const account = constantFrom('ada', 'ben');
const ofAll = (code: 'offline' | 'tunnel-down' | 'toasts-blocked' | 'paused' | 'not-set-up' | 'storage-failing') =>
  since.map((when): Warning => ({ code, account: null, since: when }));
const ofOne = (code: 'graph-unreachable' | 'not-subscribed' | 'push-lost' | 'catching-up' | 'starting') =>
  record({ account, since }).map((rest): Warning => ({ code, ...rest }));
const anyWarning = oneof(
  ofAll('offline'),
  ofAll('tunnel-down'),
  ofAll('toasts-blocked'),
  ofAll('paused'),
  ofAll('not-set-up'),
  ofAll('storage-failing'),
  ofOne('graph-unreachable'),
  ofOne('not-subscribed'),
  ofOne('push-lost'),
  ofOne('catching-up'),
  ofOne('starting'),
  record({ account, since }).map(
    (rest): Warning => ({ code: 'sign-in-required', reason: 'password-changed', ...rest }),
  ),
  record({ account, since }).map((rest): Warning => ({ code: 'blocked', reason: 'policy', ...rest })),
  record({ account, since }).map((rest): Warning => ({ code: 'folder-gone', names: ['Projects'], ...rest })),
  record({ account, since }).map((rest): Warning => ({ code: 'folder-unreadable', names: ['Projects'], ...rest })),
);

test('any warnings amount to exactly one state, which names its cause; without them all is good', () => {
  check(
    property(array(anyWarning, { maxLength: 12 }), (raised) => {
      const health = assessHealth(raised, 'push', at(0));
      const troubles = raised.filter(({ code }) => code !== 'folder-gone' && code !== 'folder-unreadable');
      expect(healthStates).toContain(health.state);
      expect(health.state === 'allGood').toBe(troubles.length === 0);
      expect(health.cause === null).toBe(troubles.length === 0);
      expect(health.warnings[0] ?? null).toBe(health.cause);
      // What is hidden follows from something that is shown.
      expect(health.warnings.every((warning) => raised.includes(warning))).toBe(true);
      const ranks = health.warnings.map((warning) =>
        healthStates.indexOf(assessHealth([warning], 'push', at(0)).state),
      );
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      // A cause of its own is never hidden by what is less bad.
      for (const grave of ['sign-in-required', 'blocked'] as const) {
        if (raised.some(({ code }) => code === grave)) {
          expect(health.warnings.some(({ code }) => code === grave)).toBe(true);
        }
      }
    }),
    { numRuns: 3_000 },
  );
});

test('the state does not depend on the order in which warnings came', () => {
  check(
    property(array(anyWarning, { maxLength: 10 }), (raised) => {
      const forwards = assessHealth(raised, 'push', at(0));
      const backwards = assessHealth([...raised].reverse(), 'push', at(0));
      expect([backwards.state, backwards.since]).toEqual([forwards.state, forwards.since]);
    }),
    { numRuns: 2_000 },
  );
});
