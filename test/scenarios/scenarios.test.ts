import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { play, type TimelineLine } from './play.ts';
import { expectations, readStory, type Story, step } from './vocabulary.ts';

/** Stories are worlds of their own, so some may run side by side; more than two cores at once gain nothing. */
const atOnce = 2;
/** Real milliseconds for one story, waiting for its turn included: a month takes two to three minutes. */
const limitMs = 480_000;

const folder = new URL('./stories/', import.meta.url);
const stories = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, story: readStory(name, readFileSync(new URL(name, folder), 'utf8')) }))
  // The longest first, so that nothing waits for it at the end.
  .sort((a, b) => passing(b.story) - passing(a.story));
/** How much time goes by, in virtual milliseconds. */
function passing({ steps }: Story): number {
  return steps.reduce((sum, each) => sum + ('time' in each ? each.time : 0), 0);
}

describe.concurrent('every story keeps its promise', () => {
  const takeTurn = createTurns(atOnce);
  for (const { name, story } of stories) {
    test(`${name}: ${story.promise}`, { timeout: limitMs }, async ({ expect: expectHere }) => {
      const { verdict, timeline } = await takeTurn(() => played(story));
      const told = verdict.passed
        ? ''
        : `${timeline.map((line) => `${line.at} ${line.who}: ${line.text}`).join('\n')}\n`;
      expectHere(verdict.failure, told).toBeNull();
    });
  }
});

describe('a story that does not hold', () => {
  test('fails with the number of the step and what was seen instead', async () => {
    const { verdict, timeline } = await played(
      readStory(
        'wrong.json',
        JSON.stringify({
          name: 'Wrong',
          promise: 'Nobody has to sign in at all.',
          steps: [
            { app: 'start' },
            { expect: { tray: 'allGood' }, within: '2s' },
            { mail: 'arrives', subject: 'Never' },
          ],
        }),
      ),
    );
    expect({ ...verdict, tookMs: 0 }).toEqual({
      story: 'Wrong',
      passed: false,
      failure: { step: 2, text: 'the tray is "notSetUp", expected "allGood"' },
      tookMs: 0,
    });
    expect(timeline.at(-1)).toEqual({
      at: '2026-11-21 09:00:02',
      who: 'expect',
      text: 'FAILED at step 2: the tray is "notSetUp", expected "allGood"',
    });
    expect(timeline.some(({ text }) => text.includes('Never'))).toBe(false);
  }, 30_000);

  test('fails at a step that cannot be done, and says why', async () => {
    const { verdict } = await played(
      readStory(
        'undoable.json',
        JSON.stringify({
          name: 'Undoable',
          promise: 'One cannot read what never came.',
          steps: [{ app: 'start' }, { mail: 'is read', subject: 'Never' }],
        }),
      ),
    );
    expect(verdict.failure).toEqual({ step: 2, text: 'nothing called “Never” has come up in this story yet' });
  }, 30_000);
});

test('the README names every verb, value, field and expectation', () => {
  const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
  const words = step.options.flatMap((option) =>
    Object.entries(option.shape).flatMap(([field, type]) => [field, ...valuesOf(type)]),
  );
  const missing = [...words, ...Object.keys(expectations.shape)].filter((word) => !readme.includes(`\`${word}\``));
  expect(missing).toEqual([]);
});

/** The words that a literal or an enumeration lets pass. */
function valuesOf(type: unknown): readonly string[] {
  if (type instanceof z.ZodLiteral) return [...type.values].map(String);
  return type instanceof z.ZodEnum ? type.options.map(String) : [];
}

describe('what a story file may not say', () => {
  const reading = (steps: readonly unknown[], head: object = {}): string => {
    const text = JSON.stringify({ name: 'A story', promise: 'It is refused at once.', ...head, steps });
    try {
      readStory('story.json', text);
    } catch (error) {
      return (error as Error).message;
    }
    return 'no error';
  };
  const start = { app: 'start' };

  test('an unknown verb is named with file, step and the verbs there are', () => {
    expect(reading([start, { telephone: 'rings' }])).toBe(
      'story.json, step 2: unknown verb in {"telephone":"rings"}. Known: say, app, window, settings, policy, click, ' +
        'clickToast, pressToast, browser, mail, folder, meeting, graph, entra, relay, network, keyring, machine, time, expect.',
    );
  });

  test.each([
    ['a misspelled field', { mail: 'arrives', subjekt: 'Hello' }, 'subjekt'],
    ['a misspelled expectation', { expect: { tary: 'allGood' } }, 'tary'],
    ['a value that is none', { app: 'restart' }, 'app'],
    ['a state that is none', { expect: { tray: 'fine' } }, 'tray'],
    ['a duration without a unit', { time: '90' }, 'a duration looks like 90s, 12min, 9h or 4d'],
    ['a moment without an offset', { meeting: 'is created', subject: 'Review', start: '2026-11-23T09:00' }, 'start'],
    ['a verb without what it needs', { machine: 'sleeps' }, 'for'],
    ['two verbs in one step', { app: 'start', time: '5s' }, 'time'],
    ['a step that is no object', 'start', 'unknown verb'],
  ])('%s is an error that names file and step', (_, step, named) => {
    const message = reading([start, start, step]);
    expect(message).toMatch(/^story\.json, step 3: /);
    expect(message).toContain(named);
  });

  test('a misspelled head, no steps, and text that is not JSON name the file', () => {
    expect(reading([start], { promis: 'x' })).toMatch(/^story\.json: .*promis/s);
    expect(reading([])).toMatch(/^story\.json: .*steps/s);
    expect(() => readStory('story.json', '{')).toThrow(/^story\.json: not JSON: /);
  });
});

async function played(story: Story) {
  const timeline: TimelineLine[] = [];
  const verdict = await play(story, (line) => timeline.push(line));
  return { verdict, timeline };
}

/** Lets at most `count` pieces of work run at the same time, in the order they came. */
function createTurns(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
