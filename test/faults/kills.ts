/** SIGKILL, at every moment that matters. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../main/store/store.ts';
import type { Dice } from '../simulation/dice.ts';
import type { DyingMoment } from '../stage/wire.ts';
import { testCipher } from '../unit/store/fixtures.ts';
import { ada, atHome, type FaultTest, largest, minute, second } from './context.ts';
import { notificationBody, paths } from './received.ts';

const receiving = fileURLToPath(new URL('receiving-process.ts', import.meta.url));

/** One life of the door under fire: what was acknowledged, and what was sent at all. */
async function oneLife(file: string, first: number, dice: Dice) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', receiving, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  const port = Number(said);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const acknowledged: string[] = [];
  let sent = 0;
  let stop = false;
  const post = (id: string): Promise<number> =>
    new Promise((resolve) => {
      const body = notificationBody(id);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const asked = request({
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/${paths.notificationPath}`,
        headers,
      });
      asked.once('error', () => resolve(0));
      asked.once('response', (response) => {
        response.resume();
        response.once('error', () => {});
        resolve(response.statusCode ?? 0);
      });
      asked.end(body);
    });
  const sender = async (): Promise<void> => {
    while (!stop && sent < 400) {
      const id = `sub-${first + sent}`;
      sent += 1;
      if ((await post(id)) === 202) acknowledged.push(id);
    }
  };
  const senders = Array.from({ length: 8 }, sender);
  // In the middle of the stream, however fast this machine is.
  const enough = dice.whole(0, 80);
  const giveUpAt = performance.now() + 10_000;
  while (acknowledged.length < enough && performance.now() < giveUpAt) await delay(1);
  await delay(dice.between(0, 6));
  child.kill('SIGKILL');
  stop = true;
  await once(child, 'exit');
  clearTimeout(limit);
  await Promise.all(senders);
  agent.destroy();
  return { acknowledged, sent };
}

const whileReceiving: FaultTest = {
  goals: ['Q1'],
  plays: ['process.kill'],
  name: 'SIGKILL while receiving',
  async run({ long, dice, verdicts, say }) {
    const kills = long ? 200 : 25;
    const folder = mkdtempSync(join(tmpdir(), 'tidings-kills-'));
    const file = join(folder, 'history.db');
    let acknowledged = 0;
    let sent = 0;
    let lost = 0;
    let twice = 0;
    let errors = 0;
    try {
      for (let kill = 0; kill < kills; kill += 1) {
        const life = await oneLife(file, sent, dice);
        sent += life.sent;
        acknowledged += life.acknowledged.length;
        const clock = { now: () => new Date() };
        const store = openStore({ file, cipher: testCipher, clock, log: { info() {}, warn() {}, error() {} } });
        if (store.condition !== 'good') errors += 1;
        const pending = store.queue.pending(1e6);
        const stored = pending.map(({ changes }) => changes[0]?.subscriptionId ?? '');
        const known = new Set(stored);
        lost += life.acknowledged.filter((id) => !known.has(id)).length;
        twice += stored.length - known.size;
        store.queue.done(pending.map(({ id }) => id));
        store.close();
        const database = new DatabaseSync(file, { readOnly: true });
        const [found] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
        if (found?.integrity_check !== 'ok') errors += 1;
        database.close();
        if (kill % 25 === 24) say(`  ${kill + 1} kills, ${acknowledged} acknowledged, ${lost} lost`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    verdicts.check(
      'Q1',
      `${kills} SIGKILLs while receiving`,
      `${lost} of ${acknowledged} acknowledged lost (${sent} sent)`,
      '0 lost',
      lost === 0 && acknowledged > kills,
    );
    verdicts.check(
      'Q1',
      'the history after each of them',
      `${errors} integrity errors, ${twice} rows twice`,
      '0',
      errors + twice === 0,
    );
  },
};

function dyingAt(when: DyingMoment, what: string): FaultTest {
  return {
    goals: ['Q2'],
    plays: when === 'before answering' ? ['process.kill-before-answer'] : [],
    name: `SIGKILL ${what}`,
    async run({ long, verdicts, say }) {
      const kills = long ? 50 : 4;
      let missing = 0;
      let listedTwice = 0;
      let survived = 0;
      const repeats: number[] = [];
      await atHome({}, async (home) => {
        for (let kill = 1; kill <= kills; kill += 1) {
          const subject = `${what} ${kill}`;
          await home.app.dieAtNotification(when);
          home.cloud.graph.mailbox(ada).deliver({ subject });
          await home.settle();
          for (let wait = 0; wait < 200 && home.app.running(); wait += 1) await delay(10);
          if (home.app.running()) survived += 1;
          await home.app.kill();
          await home.advance(20 * second);
          await home.startApp();
          await home.isGood(5 * minute);
          // Microsoft delivers again what was not answered.
          await home.advance(3 * minute);
          const listed = (await home.app.glance()).alerts.filter((alert) => alert.subject === subject).length;
          const told = home.toasts.filter(({ body }) => body === subject).length;
          if (listed === 0 || told === 0) missing += 1;
          if (listed > 1) listedTwice += 1;
          repeats.push(told);
          if (kill % 10 === 0) say(`  ${kill} kills ${what}`);
        }
      });
      const most = largest(repeats) - 1;
      verdicts.check(
        'Q2',
        `${kills} SIGKILLs ${what}`,
        `${missing} missing, ${listedTwice} listed twice, at most ${Math.max(0, most)} repeated toast each`,
        '0 missing, ≤ 1 repeat',
        missing === 0 && listedTwice === 0 && most <= 1 && survived === 0,
        ...(survived === 0 ? [] : [`${survived} were not killed`]),
      );
    },
  };
}

const writingTokens: FaultTest = {
  goals: ['A1'],
  plays: ['process.kill-token-write'],
  name: 'SIGKILL during token writes',
  async run({ long, dice, verdicts, say }) {
    const kills = long ? 100 : 8;
    const starts: number[] = [];
    let prompts = 0;
    let failures = 0;
    await atHome({}, async (home) => {
      const keyring = join(home.app.folder, 'keyring.json');
      const before = readFileSync(keyring, 'utf8');
      for (let kill = 1; kill <= kills; kill += 1) {
        // The token is used up, so the next look fetches a new one and writes it.
        await home.app.kill();
        await home.cloud.clock.advance(100 * minute);
        await home.startAppUnsettled();
        await delay(dice.between(0, 120));
        await home.app.kill();
        const startedAt = performance.now();
        try {
          await home.startApp();
          starts.push(performance.now() - startedAt);
          await home.isGood(5 * minute);
        } catch {
          if ((await home.state()) === 'signInRequired') {
            prompts += 1;
            await home.click('Sign in again');
            await home.isGood();
          } else failures += 1;
        }
        if (kill % 10 === 0) say(`  ${kill} kills during token writes`);
      }
      if (readFileSync(keyring, 'utf8') === before) failures += 1;
    });
    verdicts.check(
      'A1',
      `${kills} SIGKILLs while tokens are fetched and written`,
      `${failures} starts that failed, ${prompts} prompts, slowest start ${(largest(starts) / 1_000).toFixed(1)} s`,
      '0 failed, ≤ 1 prompt each',
      failures === 0,
      'the start is that of the whole process on this machine, to the moment at which nothing is under way',
    );
  },
};

export const kills: readonly FaultTest[] = [
  whileReceiving,
  dyingAt('before storing', 'before storing'),
  dyingAt('before answering', 'between storing and 202'),
  dyingAt('before marking', 'between toast and mark'),
  writingTokens,
];
