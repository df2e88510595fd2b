import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { CalendarEvent } from '../../../main/domain/alert.ts';
import { planReminders, type ReminderNote, reminderId, remindsAt, trueTimes } from '../../../main/domain/reminder.ts';
import { defaultSettings } from '../../../main/domain/settings.ts';
import { ada, meeting } from './samples.ts';

const home = process.env.TZ;
afterEach(() => {
  if (home === undefined) delete process.env.TZ;
  else process.env.TZ = home;
});

const minuteMs = 60_000;
const rules = defaultSettings.reminders;
/** How far a clock may be set back without anything being told twice; of the product, see `setBackMs`. */
const smallStepMs = 5 * minuteMs;

/** Days around the changes of summer time on both halves of the Earth, and an ordinary one. */
const begins = ['2027-03-26', '2026-10-23', '2027-03-12', '2026-11-21', '2027-04-02'].map((day) => Date.parse(day));
const zones = [
  'UTC',
  'Europe/Berlin',
  'Europe/London',
  'America/New_York',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
];

interface Plan {
  readonly startMinute: number;
  readonly lengthMinutes: number;
  readonly isAllDay: boolean;
  readonly before: number;
}
const plans = fc.array(
  fc.record<Plan>({
    startMinute: fc.integer({ min: 0, max: 4 * 24 * 60 }),
    lengthMinutes: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 2_000 })),
    isAllDay: fc.boolean(),
    before: fc.oneof(fc.integer({ min: -600, max: 60 }), fc.integer({ min: 0, max: 3 * 24 * 60 })),
  }),
  { minLength: 1, maxLength: 6 },
);
const eventsOf = (beginMs: number, wanted: readonly Plan[]): readonly CalendarEvent[] =>
  wanted.map(({ startMinute, lengthMinutes, isAllDay, before }, index) => {
    const dayMs = 24 * 60 * minuteMs;
    const startMs = beginMs + startMinute * minuteMs;
    const start = new Date(isAllDay ? Math.floor(startMs / dayMs) * dayMs : startMs);
    const lengthMs = isAllDay ? dayMs * (1 + (lengthMinutes % 2)) : lengthMinutes * minuteMs;
    return meeting(`e${index}`, {
      start,
      end: new Date(start.getTime() + lengthMs),
      isAllDay,
      reminderMinutesBeforeStart: before,
    });
  });

/** Lives as the workflow does: looks when the plan said, and never otherwise. */
function createLife(list: readonly CalendarEvent[], startMs: number) {
  const events = new Map(list.map((event) => [event.id, event]));
  const notes = new Map<string, ReminderNote>();
  const told: { readonly id: string; readonly at: number }[] = [];
  let nowMs = startMs;
  let nextMs: number | null = null;
  const plan = () => planReminders(ada, events, [...notes.values()], rules, new Date(nowMs));
  function look(): void {
    const { due, over, takeBack } = plan();
    for (const note of over) notes.set(note.id, { ...note, isOver: true });
    for (const { id } of takeBack) notes.delete(id);
    for (const { id, event } of due) {
      told.push({ id: event.id, at: nowMs });
      const toldAt = new Date(nowMs);
      notes.set(id, {
        id,
        account: ada,
        toldAt,
        snoozedAt: null,
        snoozedUntil: null,
        isDismissed: false,
        isOver: false,
      });
    }
    nextMs = plan().nextAt?.getTime() ?? null;
  }
  look();
  return {
    told,
    now: () => nowMs,
    note: (event: CalendarEvent) => notes.get(reminderId(ada, event)),
    /** What a person does to it. */
    change(note: ReminderNote): void {
      notes.set(note.id, note);
      look();
    },
    isTold: (event: CalendarEvent) => notes.has(reminderId(ada, event)),
    awakeFor(ms: number): void {
      const untilMs = nowMs + ms;
      while (nextMs !== null && nextMs <= untilMs) {
        expect(nextMs).toBeGreaterThan(nowMs);
        nowMs = nextMs;
        look();
      }
      nowMs = untilMs;
    },
    leapBy(ms: number): void {
      nowMs += ms;
      look();
    },
  };
}

const stretch = fc.record({
  asleepMinutes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * 24 * 60 })),
  awakeMinutes: fc.integer({ min: 0, max: 24 * 60 }),
});

test('each due reminder is told once: at its time, or at waking up while the meeting lasts, and else not', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...begins),
      plans,
      fc.array(stretch, { minLength: 1, maxLength: 6 }),
      (zone, beginMs, wanted, stretches) => {
        process.env.TZ = zone;
        const events = eventsOf(beginMs, wanted);
        const life = createLife(events, beginMs);
        const awake: { from: number; to: number }[] = [{ from: life.now(), to: life.now() }];
        for (const { asleepMinutes, awakeMinutes } of stretches) {
          life.leapBy(asleepMinutes * minuteMs);
          const from = life.now();
          life.awakeFor(awakeMinutes * minuteMs);
          awake.push({ from, to: life.now() });
        }
        const expected = events.flatMap((event) => {
          const due = remindsAt(event, rules)?.getTime();
          const endMs = trueTimes(event).endsAt.getTime();
          if (due === undefined) return [];
          const span = awake.find(({ to }) => to >= due);
          if (span === undefined) return [];
          const at = Math.max(span.from, due);
          return at < endMs ? [{ id: event.id, at }] : [];
        });
        const inOrder = (list: readonly { id: string; at: number }[]) =>
          list.map(({ id, at }) => `${id} ${at}`).toSorted();
        expect(inOrder(life.told)).toEqual(inOrder(expected));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('however the clock is set: never early, never after the end, none left out, and none twice without a reason', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom(...begins),
      plans,
      fc.array(fc.tuple(stretch, fc.integer({ min: -2 * 24 * 60, max: 24 * 60 })), { minLength: 1, maxLength: 8 }),
      (zone, beginMs, wanted, steps) => {
        process.env.TZ = zone;
        const events = eventsOf(beginMs, wanted);
        const times = new Map(
          events.map((event) => [
            event.id,
            { due: remindsAt(event, rules)?.getTime() ?? null, end: trueTimes(event).endsAt.getTime() },
          ]),
        );
        const life = createLife(events, beginMs);
        /** Where each leap backwards led, with how much had been told by then. */
        const setBack: { readonly tolds: number; readonly toMs: number }[] = [];
        const check = (): void => {
          for (const event of events) {
            const { due = null, end = 0 } = times.get(event.id) ?? {};
            if (due !== null && due <= life.now() && life.now() < end) expect(life.isTold(event)).toBe(true);
          }
        };
        check();
        for (const [{ awakeMinutes }, leapMinutes] of steps) {
          const tolds = life.told.length;
          life.leapBy(leapMinutes * minuteMs);
          if (leapMinutes < 0) setBack.push({ tolds, toMs: life.now() });
          check();
          life.awakeFor(awakeMinutes * minuteMs);
          check();
        }
        for (const [index, { id, at }] of life.told.entries()) {
          const { due, end } = times.get(id) ?? { due: null, end: 0 };
          if (due === null) throw new Error(`${id} has no reminder`);
          expect(at).toBeGreaterThanOrEqual(due);
          expect(at).toBeLessThan(end);
          const before = life.told.findLastIndex((each, earlier) => earlier < index && each.id === id);
          if (before === -1) continue;
          const reasons = setBack.filter(
            ({ tolds, toMs }) => tolds > before && tolds <= index && toMs < due - smallStepMs,
          );
          expect(reasons.length).toBeGreaterThan(0);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

test('whatever is snoozed comes back at its own time, however many there are; whatever is dismissed never does', () => {
  const choices = fc.record({
    event: fc.nat({ max: 5 }),
    afterMinutes: fc.integer({ min: 0, max: 30 }),
    snoozeMinutes: fc.constantFrom(5, 10, null),
  });
  fc.assert(
    fc.property(plans, fc.array(choices, { maxLength: 25 }), (wanted, gestures) => {
      process.env.TZ = 'Europe/Berlin';
      const beginMs = begins[0] ?? 0;
      const events = eventsOf(beginMs, wanted);
      const life = createLife(events, beginMs);
      const expected: string[] = [];
      const dismissed = new Map<string, number>();
      for (const { event: index, afterMinutes, snoozeMinutes } of gestures) {
        life.awakeFor(afterMinutes * minuteMs);
        const event = events[index % events.length];
        const standing = event === undefined ? undefined : life.note(event);
        if (event === undefined || standing === undefined || standing.isOver || standing.isDismissed) continue;
        if (standing.snoozedUntil !== null) continue;
        const nowMs = life.now();
        const untilMs = nowMs + (snoozeMinutes ?? 0) * minuteMs;
        const snoozedAt = new Date(nowMs);
        if (snoozeMinutes === null) {
          life.change({ ...standing, isDismissed: true });
          dismissed.set(event.id, nowMs);
        } else {
          life.change({ ...standing, snoozedAt, snoozedUntil: new Date(untilMs) });
          if (untilMs < trueTimes(event).endsAt.getTime()) expected.push(`${event.id} ${untilMs}`);
        }
      }
      life.awakeFor(8 * 24 * 60 * minuteMs);
      const first = new Set<string>();
      const again = life.told.filter(({ id }) => first.has(id) || !first.add(id));
      expect(again.map(({ id, at }) => `${id} ${at}`).toSorted()).toEqual(expected.toSorted());
      for (const { id, at } of life.told) expect(at).toBeLessThanOrEqual(dismissed.get(id) ?? Number.POSITIVE_INFINITY);
    }),
    { numRuns: 1_000 },
  );
});
