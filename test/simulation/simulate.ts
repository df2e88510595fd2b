/**
 * One run: thirty virtual days, or as many as asked for, of a world in which everything goes wrong now and then.
 *
 *     node test/simulation/simulate.ts --seed 7 [--days 30] [--trace FILE]
 *
 * Prints one line of JSON. The same seed always gives the same run, to the letter: see `hash`.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { registerHooks } from 'node:module';
import { parseArgs } from 'node:util';
import { createDice } from './dice.ts';
import { worldTime } from './world-time.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, days: { type: 'string' }, trace: { type: 'string' } },
});
const seed = Number(values.seed ?? '1');
const days = Number(values.days ?? '30');
if (!Number.isSafeInteger(seed) || !(days > 0))
  throw new RangeError('--seed takes a whole number, --days a number above 0');

const clockFile = new URL('../../main/system/clock.ts', import.meta.url).href;
const rooms = ['../../main/', '../cloud/'].map((room) => new URL(room, import.meta.url).href);
const standIn = (file: string) => ({ url: new URL(file, import.meta.url).href, shortCircuit: true });
registerHooks({
  resolve(specifier, context, next) {
    const from = context.parentURL ?? '';
    if (specifier === 'node:timers' && from === clockFile) return standIn('./timers.ts');
    if (specifier === 'node:crypto' && rooms.some((room) => from.startsWith(room))) return standIn('./crypto.ts');
    return next(specifier, context);
  },
});

const realStartMs = performance.now();
const dice = createDice(seed);
// The end of summer time lies within the month.
const startMs = Date.UTC(2026, 9, 5, 7) + dice.whole(0, 6) * 86_400_000;
const realNow = performance.now.bind(performance);
worldTime.install(startMs);
const chance = dice.fork('Math.random');
Math.random = () => chance.next();
// The simulated network ends each request by itself; a limit in real time would be a timer for each of them.
AbortSignal.timeout = () => new AbortController().signal;

const { seedCrypto } = await import('./crypto.ts');
seedCrypto(seed);
const { createGraph } = await import('../cloud/graph/graph.ts');
const { createComputer } = await import('./app.ts');
const { createConditions } = await import('./conditions.ts');
const { createEntra, homeAccountIdOf } = await import('./entra.ts');
const { createInternet } = await import('./internet.ts');
const { createJudge } = await import('./judge.ts');
const { createMailboxes } = await import('./mailboxes.ts');
const { createWeather } = await import('./weather.ts');

const file = values.trace === undefined ? null : createWriteStream(values.trace);
const hash = createHash('sha256');
let lines = 0;
function report(text: string): void {
  const line = `${worldTime.now().toISOString()} ${text}\n`;
  lines += 1;
  hash.update(line);
  file?.write(line);
}

const person = (name: string, at: number) => ({
  kind: 'work' as const,
  username: `${name.toLowerCase()}@contoso.example`,
  name,
  password: 'unused',
  oid: `${at}1111111-1111-4111-8111-111111111111`,
  tid: '99999999-9999-4999-8999-999999999999',
});
const accounts = [person('Ada', 1), person('Ben', 2)].slice(0, dice.chance(0.4) ? 2 : 1);

const conditions = createConditions(worldTime.nowMs);
const entra = createEntra({
  accounts,
  nowMs: worldTime.nowMs,
  wallMs: worldTime.wallMs,
  dice: dice.fork('entra'),
  conditions,
});
const internet = createInternet({ dice: dice.fork('internet'), conditions });
const graph = createGraph({
  clock: {
    mode: 'manual',
    now: worldTime.now,
    after: worldTime.after,
    advance: () => Promise.reject(new Error('not here')),
  },
  directory: entra.directory,
  web: internet.web,
  report: ({ name, text }) => report(`cloud: ${name} ${text}`),
});
internet.serve(graph.site);
const mailboxes = createMailboxes({ graph, accounts, dice: dice.fork('mailboxes') });
const judge = createJudge({ accounts, conditions, entra, graph, internet, mailboxes, computer: () => computer });
const computer = createComputer({
  dice: dice.fork('computer'),
  conditions,
  entra,
  internet,
  events: {
    logged(event, fields) {
      report(`app: ${event} ${JSON.stringify(fields)}`);
      if (event === 'tunnel.name-lost') conditions.happened('nameGivenUp');
    },
    toastShown(toast) {
      report(`toast: ${toast.key} ${toast.title}`);
      judge.toastShown(toast);
    },
    started: () => report('the app starts'),
  },
});
const weather = createWeather({
  dice: dice.fork('weather'),
  conditions,
  accounts,
  entra,
  graph,
  internet,
  mailboxes,
  computer,
  report,
});

/** Who can be asked to sign in does so after a while; until then the account is in trouble. */
const people = dice.fork('people');
const askedToSignIn = new Map<string, () => void>();
const busy = new Set<string>();
function watchPeople(): void {
  for (const account of accounts) {
    const id = homeAccountIdOf(account);
    const isOut = !entra.isSignedIn(account);
    if (isOut && !askedToSignIn.has(id)) askedToSignIn.set(id, conditions.begin('signedOut'));
    if (!isOut) {
      const over = askedToSignIn.get(id);
      askedToSignIn.delete(id);
      if (over !== undefined) judge.signedIn(account);
      over?.();
    }
  }
  const actions = computer.actions();
  if (actions !== null && !worldTime.asleep()) {
    const { accounts: known, signIn } = actions.state();
    const next = accounts.find((account) => {
      const state = known.find(({ account: { homeAccountId } }) => homeAccountId === homeAccountIdOf(account));
      return state === undefined ? !entra.hasGrant(account) : state.session.kind === 'signInRequired';
    });
    if (next !== undefined && signIn.kind !== 'waitingForBrowser' && !busy.has(next.username)) {
      busy.add(next.username);
      const isKnown = known.some(({ account }) => account.homeAccountId === homeAccountIdOf(next));
      // The first time at once; later when they come to it.
      const delayMs = isKnown ? Math.exp(people.between(Math.log(60_000), Math.log(8 * 3_600_000))) : 5_000;
      worldTime.after(delayMs, () => {
        busy.delete(next.username);
        const now = computer.actions();
        if (now === null || worldTime.asleep()) return;
        report(`person: ${next.name} signs in`);
        const asked = isKnown ? now.signIn(homeAccountIdOf(next)) : now.addAccount();
        asked.catch((error: unknown) => report(`person: sees ${String(error)}`));
      });
    }
  }
  worldTime.lookAfter(10_000, watchPeople);
}

process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(error));
function fail(error: unknown): never {
  report(`failed: ${String(error)}`);
  const at = worldTime.now().toISOString();
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.log(
    JSON.stringify({ seed, days, hash: hash.copy().digest('hex'), broken: [{ at, promise: 'crash', what }] }),
  );
  process.exit(1);
}

await computer.start();
watchPeople();
mailboxes.start();
// A quiet half hour for the first sign-ins, before things begin to go wrong.
await worldTime.runUntil(startMs + 30 * 60_000);
weather.start();
judge.start();
const calmMs = 12 * 3_600_000;
await worldTime.runUntil(startMs + days * 86_400_000 - calmMs);
weather.stop();
await worldTime.runUntil(startMs + days * 86_400_000 - calmMs / 3);
// What comes last of all has to be told as well, so the end is without news.
mailboxes.stop();
await worldTime.runUntil(startMs + days * 86_400_000);
judge.finish();
computer.end();
graph.stop();

const { figures, broken } = judge;
const tookS = (realNow() - realStartMs) / 1_000;
file?.end();
console.log(
  JSON.stringify({
    seed,
    days,
    accounts: accounts.length,
    hash: hash.digest('hex'),
    lines,
    lives: computer.lives(),
    tookS,
    figures,
    troubles: conditions.counts(),
    broken,
  }),
);
process.exit(broken.length === 0 ? 0 : 1);
