/**
 * The built app as it stands in `out/`, in plain Node, in the stand-in cloud, in real time: the browser shell, with a
 * page that is no browser but speaks as one. What is measured here is what people run where there is no Electron.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AlertPage, AppView, PagePushes, Pushes, Requests } from '../../preload/contract.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import type { Kit } from './bench.ts';

const bundle = fileURLToPath(new URL('../../out/main/start-browser.js', import.meta.url));
/** Real milliseconds. */
const startLimitMs = 30_000;
const seenLimitMs = 30_000;

export const ada = 'ada@contoso.example';

type PushName = keyof Pushes | keyof PagePushes;
export interface Pushed {
  readonly push: PushName;
  readonly payload: unknown;
  /** Of `performance.now()`. */
  readonly atMs: number;
}

export interface ShellApp {
  readonly pid: number;
  /** From the start of the process to the first answer that shows Health, milliseconds. */
  readonly startedInMs: number;
  ask<C extends keyof Requests>(channel: C, ...args: Requests[C]['args']): Promise<Requests[C]['result']>;
  view(): Promise<AppView>;
  /** Waits for a push for which this holds, among those since `from` of `performance.now()`. */
  pushed(holds: (pushed: Pushed) => boolean, fromMs: number, what: string): Promise<Pushed>;
  signIn(cloud: Cloud, username?: string): Promise<void>;
  untilAllGood(): Promise<void>;
  kill(): Promise<void>;
}

/** The app's clock and the cloud's are the machine's. */
export async function startRealCloud(kit: Kit, accounts?: Parameters<typeof startCloud>[0]): Promise<Cloud> {
  const cloud = await startCloud({
    clock: 'real',
    apps: [{ clientId: defaultClientId, name: 'Tidings', redirectUris: ['http://localhost'] }],
    ...accounts,
  });
  kit.onEnd(cloud.stop);
  return cloud;
}

export interface ShellAppOptions {
  readonly cloud: Pick<Cloud, 'env'>;
  /** The person's home; kept from start to start by who calls. */
  readonly home: string;
  /** Written before the start. */
  readonly settings?: unknown;
  /** More options of Node. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Resolves when a page has asked for the app's state and got it. */
export async function startShellApp(kit: Kit, options: ShellAppOptions): Promise<ShellApp> {
  const { home } = options;
  if (options.settings !== undefined) {
    const folder = join(home, '.config', 'tidings');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(options.settings), { mode: 0o600 });
  }
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=DEP0169',
      '--import',
      playedKeyring(home),
      ...(options.nodeOptions ?? []),
      bundle,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        // No xdg-open and no notify-send: addresses are told, toasts go to the page.
        PATH: '',
        HOME: home,
        XDG_CONFIG_HOME: join(home, '.config'),
        TZ: 'Europe/Berlin',
        TIDINGS_CLIENT_ID: defaultClientId,
        TIDINGS_PLAYED_KEYRING: join(home, 'keyring.json'),
        ...options.cloud.env,
        ...options.env,
      },
    },
  );
  const kill = (): Promise<void> => ended(child);
  kit.onEnd(kill);
  const address = await toldAddress(child);
  const origin = address.slice(0, address.indexOf('/#'));

  async function post(path: string, body: unknown, token?: string): Promise<unknown> {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(seenLimitMs),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return await response.json();
  }
  const { token } = (await post('/api/start', { code: address.split('#code=')[1] })) as { token: string };
  const ask: ShellApp['ask'] = async (channel, ...args) =>
    (await post('/api/request', { channel, args }, token)) as never;
  await ask('app:get');
  const startedInMs = performance.now() - startedMs;
  const pushes = await listen(origin, token, kit);
  await post('/api/request', { channel: 'page:toasts', args: [true] }, token);

  const app: ShellApp = {
    pid: child.pid ?? 0,
    startedInMs,
    ask,
    view: () => ask('app:get'),
    async pushed(holds, fromMs, what) {
      const endAt = performance.now() + seenLimitMs;
      for (;;) {
        const found = pushes.all.find((pushed) => pushed.atMs >= fromMs && holds(pushed));
        if (found !== undefined) return found;
        if (performance.now() > endAt) throw new Error(`not pushed within ${seenLimitMs} ms: ${what}`);
        await pushes.next();
      }
    },
    async signIn(cloud, username = ada) {
      const fromMs = performance.now();
      const isFirst = (await app.view()).accounts.length === 0;
      await (isFirst ? ask('session:sign-in', null) : ask('session:add-account'));
      const { payload } = await app.pushed(({ push }) => push === 'page:link', fromMs, 'the sign-in page');
      const result = await cloud.person.signIn((payload as PagePushes['page:link']).url, { username });
      if (result.kind !== 'returned') throw new Error(`the sign-in ended with “${result.kind}”`);
      await app.untilAllGood();
    },
    async untilAllGood() {
      const endAt = performance.now() + seenLimitMs;
      for (;;) {
        const { health, accounts, signIn } = await app.view();
        if (health.state === 'allGood' && accounts.length > 0 && signIn.kind !== 'waitingForBrowser') return;
        if (performance.now() > endAt) throw new Error(`all is not good: ${JSON.stringify(health)}`);
        await delay(50);
      }
    },
    kill,
  };
  return app;
}

export const subjectsIn = ({ push, payload }: Pushed): readonly string[] =>
  push === 'alerts:changed' ? (payload as AlertPage).alerts.map(({ subject }) => subject) : [];
export const toastIn = ({ push, payload }: Pushed): string =>
  push === 'page:toast' ? Object.values(payload as PagePushes['page:toast']).join(' ') : '';

async function listen(origin: string, token: string, kit: Kit) {
  const all: Pushed[] = [];
  const abort = new AbortController();
  kit.onEnd(() => abort.abort());
  const response = await fetch(`${origin}/api/events`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`no events: ${response.status}`);
  let more = Promise.withResolvers<void>();
  const { body } = response;
  void (async () => {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const atMs = performance.now();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') all.push({ ...JSON.parse(line), atMs });
      if (all.length > 2_000) all.splice(0, 1_000);
      more.resolve();
      more = Promise.withResolvers();
    }
  })().catch(() => {});
  return { all: all as readonly Pushed[], next: () => Promise.race([more.promise, delay(500)]) };
}

function toldAddress(child: ChildProcess): Promise<string> {
  let said = '';
  const told = Promise.withResolvers<string>();
  const limit = setTimeout(() => told.reject(new Error(`the app told no address\n${said}`)), startLimitMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /http:\/\/127\.0\.0\.1:\d+\/#code=[\w-]+/.exec(said)?.[0];
      if (address !== undefined) told.resolve(address);
      else said = said.slice(-4_000);
    });
  }
  child.once('exit', (code) => told.reject(new Error(`the app ended (${code})\n${said}`)));
  return told.promise.finally(() => clearTimeout(limit));
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** As plain JavaScript: a Node that has loaded its TypeScript compiler weighs more than the app. */
function playedKeyring(home: string): string {
  const source = readFileSync(new URL('../tools/played-keyring.ts', import.meta.url), 'utf8');
  const file = join(home, 'played-keyring.mjs');
  mkdirSync(home, { recursive: true });
  writeFileSync(file, stripTypeScriptTypes(source));
  return pathToFileURL(file).href;
}
