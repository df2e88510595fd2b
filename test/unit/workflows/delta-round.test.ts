import { expect, test } from 'vitest';
import { Failure, type FailureCode } from '../../../main/domain/failure.ts';
import type { Cursor } from '../../../main/domain/ports.ts';
import { readDelta } from '../../../main/workflows/delta-round.ts';
import { createWorld } from './world.ts';

const failing = (code: FailureCode): Failure => new Failure(code, 'No.');

/** A round from a stored link, and what Graph says to that link and to a round from the start. */
async function round(toLink: Failure | 'good', fromStart: Failure | 'good', deltaLink = 'link') {
  const { log, clock, logged } = createWorld();
  const cursor: Cursor = { deltaLink, baseline: clock.now(), caughtUpAt: clock.now(), madeFor: null };
  const asked: (string | null)[] = [];
  let dropped = 0;
  const drop = (): void => {
    dropped += 1;
  };
  const read = async (link: string | null): Promise<string> => {
    asked.push(link);
    const answer = link === null ? fromStart : toLink;
    if (answer !== 'good') throw answer;
    return 'changes';
  };
  const ended = await readDelta({ cursor, log, name: 'mail', drop }, read).catch((error: Failure) => error.code);
  return { ended, asked, dropped, restarts: logged('delta.restarted') };
}

test('a link that is dead leads to a round from the start', async () => {
  expect(await round(failing('graph-sync-state-lost'), 'good')).toEqual({
    ended: { got: 'changes', full: true },
    asked: ['link', null],
    dropped: 1,
    restarts: [{ resource: 'mail' }],
  });
});

test('a link that Graph will not have, for whatever reason, is not asked for ever', async () => {
  expect(await round(failing('graph-refused'), 'good')).toEqual({
    ended: { got: 'changes', full: true },
    asked: ['link', null],
    dropped: 0,
    restarts: [{ resource: 'mail' }],
  });
});

test('where Graph refuses the start as well, the link is kept for the day it does not', async () => {
  expect(await round(failing('graph-refused'), failing('graph-refused'))).toMatchObject({
    ended: 'graph-refused',
    asked: ['link', null],
    dropped: 0,
  });
});

test.each<FailureCode>(['graph-unreachable', 'graph-busy', 'graph-forbidden', 'sign-in-required', 'graph-not-found'])(
  'trouble that says nothing about the link (%s) costs no round from the start',
  async (code) => {
    expect(await round(failing(code), 'good')).toMatchObject({ ended: code, asked: ['link'], dropped: 0 });
  },
);

test('without a link there is nothing to begin anew', async () => {
  expect(await round('good', failing('graph-refused'), '')).toMatchObject({ ended: 'graph-refused', asked: [null] });
});
