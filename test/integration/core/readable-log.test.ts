import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { minute, sam, startLife } from './life.ts';

interface Line {
  readonly at: string;
  readonly level: string;
  readonly event: string;
  readonly leftOut?: number;
}

test('half an hour without a network is a page of log with two accounts, and every failure is in it or counted', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.addAccount();
  await life.settle();
  await life.signIn({ username: sam });
  await life.signedIn();
  await life.advance(5 * minute);
  const began = life.now().toISOString();
  await life.cloud.offline(true);
  await life.advance(33 * minute);
  await life.cloud.offline(false);
  await life.see('all is good', ({ app: { health } }) => health.state === 'allGood', 3 * minute);
  // The counts of what is over follow with the next lines.
  await life.advance(4 * minute);

  const lines = readFileSync(join(life.folder, 'logs', 'tidings.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ at, level }) => at >= began && level === 'warn');
  const failures = lines.length + lines.reduce((sum, { leftOut = 0 }) => sum + leftOut, 0);
  const kinds = new Set(lines.map(({ event }) => event));
  expect({
    page: lines.length <= 60,
    failures: failures >= 300,
    kinds: ['delta.failed', 'request.unanswered', 'tunnel.lost', 'tunnel.open-failed'].filter(
      (kind) => !kinds.has(kind),
    ),
  }).toEqual({ page: true, failures: true, kinds: [] });
});
