import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttackContext } from './attacks.ts';
import { createChance } from './random.ts';
import { startTarget, type Target, username } from './target.ts';

/** Longer than a start on a busy machine takes; a hang is found all the same. */
const startLimitMs = 15_000;

const settings: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['no JSON', '{ clientId: oops'],
  ['a list', '[]'],
  ['null', 'null'],
  ['zeros', Buffer.alloc(5000)],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['half of itself', '{"tunnel":{"kind":"localt'],
  ['10 MB', `{"x":"${'x'.repeat(10_000_000)}"}`],
  ['100,000 brackets', '['.repeat(100_000)],
  ['a foreign authority', '{"authority":"https://login.evil.example/common"}'],
  ['a host behind a user', '{"authority":"https://login.microsoftonline.com@evil.example/x"}'],
  ['a relay without TLS', '{"tunnel":{"kind":"localtunnel","host":"http://localtunnel.me"}}'],
  ['an unknown tunnel', '{"tunnel":{"kind":"pigeon"}}'],
  ['texts in place of choices', '{"previews":"yes","contentLevel":7,"quietHours":"always"}'],
];
/** What is understood, and changes nothing that it should not. */
const harmless: readonly (readonly [string, string])[] = [
  ['a prototype', '{"__proto__":{"clientId":"x"},"constructor":{"prototype":{}}}'],
  ['keys nobody knows', '{"colour":"blue","toString":"x"}'],
];

/** A damaged profile at the start of the app: it comes up, keeps what it could not read, and says so. */
export async function attackFiles({ verdicts, isLong, seed }: AttackContext): Promise<void> {
  const target = await startTarget();
  const file = join(target.profile, 'settings.json');
  const wrong: string[] = [];
  try {
    for (const [name, content] of settings) {
      await target.kill();
      for (const old of asideIn(target, 'settings.invalid')) rmSync(join(target.profile, old));
      writeFileSync(file, content);
      const problem = await startProblem(target);
      if (problem !== null) {
        wrong.push(`settings of ${name}: ${problem}`);
        continue;
      }
      const [aside] = asideIn(target, 'settings.invalid');
      const isKept = aside !== undefined && readFileSync(join(target.profile, aside)).equals(Buffer.from(content));
      if (!isKept) wrong.push(`settings of ${name}: not kept aside as they were`);
      const { health } = await target.ask('app:get');
      const told = JSON.stringify([health.warnings, health.notices]);
      if (!told.includes('settings.invalid')) wrong.push(`settings of ${name}: nobody is told`);
    }
    for (const [name, content] of harmless) {
      await target.kill();
      writeFileSync(file, content);
      const problem = await startProblem(target);
      if (problem !== null) wrong.push(`settings with ${name}: ${problem}`);
    }
    rmSync(file, { force: true });
    verdicts.check(
      'Q4',
      `${settings.length + harmless.length} settings files that are not what they should be`,
      `${wrong.length} starts that went wrong`,
      '0',
      wrong.length === 0,
      wrong.slice(0, 5).join('; ') || undefined,
    );

    const bad: string[] = [];
    const chance = createChance(seed);
    const flips = isLong ? 100 : 8;
    const damages: readonly (readonly [string, (path: string) => void])[] = [
      ['emptied', (path) => truncateSync(path, 0)],
      ['cut to 100 bytes', (path) => truncateSync(path, 100)],
      ['cut to half', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
      ['with a garbage header', (path) => overwrite(path, 0, 100)],
      ['with a garbage first page', (path) => overwrite(path, 100, 3996)],
      ['replaced by text', (path) => writeFileSync(path, 'not a database\n'.repeat(1000))],
      ['with a garbage log', (path) => writeFileSync(`${path}-wal`, Buffer.alloc(100_000, 0x5a))],
      ...Array.from({ length: flips }, (_, index) => [`with flips ${index}`, flip] as const),
    ];
    function flip(path: string): void {
      const bytes = readFileSync(path);
      for (let left = 20; left > 0; left -= 1) bytes[chance.below(bytes.length)] = chance.below(256);
      writeFileSync(path, bytes);
    }
    for (const [index, [name, damage]] of damages.entries()) {
      await target.quit(); // then everything is in the one file
      damage(join(target.profile, 'history.db'));
      const problem = await startProblem(target);
      if (problem !== null) bad.push(`a history ${name}: ${problem}`);
      // Every second time it is ended again while it may still be putting things in order.
      if (index % 2 === 0 && !(await isSignedIn(target))) {
        bad.push(`a history ${name}: the person is signed out; ${events(target)}`);
        break;
      }
    }
    verdicts.check(
      'Q4',
      `${damages.length} damaged histories`,
      `${bad.length} starts that went wrong, or that forgot who is signed in`,
      '0',
      bad.length === 0,
      bad.slice(0, 5).join('; ') || undefined,
    );

    await target.until(({ health }) => health.state === 'allGood', 'all good after all of that');
    target.cloud.graph.mailbox(username).deliver({ subject: 'Still here' });
    const endMs = performance.now() + 30_000;
    const isTold = async () =>
      (await target.ask('alerts:list', null, '')).alerts.some(({ subject }) => subject === 'Still here');
    let told = await isTold();
    for (; !told && performance.now() < endMs; told = await isTold()) await delay(100);
    verdicts.check('Q4', 'a mail afterwards', told ? 'told' : 'not told', 'told', told);
  } finally {
    await target.stop();
  }
}

/** Null when the app comes up, stays up, and its page answers. */
async function startProblem(target: Target): Promise<string | null> {
  const crashes = target.crashes();
  const from = performance.now();
  try {
    await Promise.race([
      target.start().then(() => target.ask('app:get')),
      delay(startLimitMs).then(() => Promise.reject(new Error(`did not start in ${startLimitMs} ms`))),
    ]);
  } catch (error) {
    return `${(error as Error).message.slice(0, 200)}; ${target.output().slice(-300)}`;
  }
  await delay(200);
  if (target.crashes() > crashes || !target.isAlive()) return `ended after ${performance.now() - from} ms`;
  return null;
}

async function isSignedIn(target: Target): Promise<boolean> {
  const endMs = performance.now() + 15_000;
  for (;;) {
    const { accounts } = await target.ask('app:get');
    if (accounts.length === 1 && accounts[0]?.session === 'signedIn') return true;
    if (performance.now() > endMs) return false;
    await delay(50);
  }
}
/** The names of what happened last, from the log. */
function events(target: Target): string {
  return [...target.log().matchAll(/"event":"([^"]*)"/g)]
    .slice(-30)
    .map(([, event]) => event)
    .join(' ');
}

const asideIn = (target: Target, start: string): string[] =>
  readdirSync(target.profile).filter((name) => name.startsWith(start));

function overwrite(path: string, position: number, length: number): void {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, position, position + length);
  writeFileSync(path, bytes);
}
