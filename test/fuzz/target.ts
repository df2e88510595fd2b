/**
 * What is attacked: the built app as a real process in real time, signed in to the stand-in cloud, with its listener, the
 * tunnel, its history on disk and the page's server. Nothing in it knows that it is watched.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ListenerSecrets } from '../../main/domain/ports.ts';
import { createCipher, isCipherKey } from '../../main/store/cipher.ts';
import type { AlertPage, AppView, Requests } from '../../preload/contract.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import type { SignInResult } from '../cloud/person.ts';
import { createPlayedPrograms, type PlayedPrograms } from '../stage/played-programs.ts';
import { readPlayedKeyring } from '../tools/played-keyring.ts';
import type { Watched } from './watch-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const watchFile = new URL('./watch-process.ts', import.meta.url).href;
const keyringFile = new URL('../tools/played-keyring.ts', import.meta.url).href;
const startLimitMs = 60_000;

/** Below the run's folder; not a place of the app's own making. */
export const appFolder = 'app';
export const username = 'ada@contoso.example';

/** A copy of what was built: a build that is made meanwhile must not pull it away under the run. */
function copyOfApp(to: string): string {
  cpSync(join(root, 'out'), join(to, 'out'), { recursive: true });
  writeFileSync(join(to, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction');
  return join(to, 'out', 'main', 'start-browser.js');
}

/** All that an attacker could have learnt who reads along at the relay. */
export interface Known extends ListenerSecrets {
  readonly host: string;
  readonly subscriptionId: string;
  /** Of the subscription to mail. */
  readonly clientState: string;
}

export interface Target {
  readonly cloud: Cloud;
  readonly programs: PlayedPrograms;
  readonly folder: string;
  readonly keyring: string;
  /** Where the page is served. */
  readonly pagePort: () => number;
  readonly pid: () => number;
  /** The listener's. */
  port(): Promise<number>;
  watch(): Promise<Watched>;
  known(): Known;
  /** As the page asks. */
  ask<C extends keyof Requests>(channel: C, ...args: Requests[C]['args']): Promise<Requests[C]['result']>;
  token(): string;
  /** An error that nobody catches, and a rejection, with this text. */
  fail(text: string): void;
  /** Starts the whole process again, as after a crash: with SIGKILL. */
  restart(): Promise<void>;
  /** The two halves of `restart`; `start` resolves once the page is served, whatever the state. */
  kill(): Promise<void>;
  /** As at the end of a session: with SIGTERM, and it ends by itself. */
  quit(): Promise<void>;
  start(): Promise<void>;
  /** Where settings and history are. */
  readonly profile: string;
  isAlive(): boolean;
  /** How often it ended although nobody asked it to. */
  crashes(): number;
  /** How many posts were ever put into the queue. */
  posts(): number;
  alertCount(): number;
  /** Everything it has written to its log. */
  log(): string;
  output(): string;
  graphCalls(): number;
  /** Everything that the page was told or answered so far, as text. */
  traffic(): string;
  /** Codes of the addresses that the app had the browser open. */
  pageCodes(): readonly string[];
  /** Asks for the sign-in, and does in the browser what the person does. */
  signIn(): Promise<SignInResult>;
  /** As `signIn`, but the page in the browser is only opened: its address. */
  beginSignIn(): Promise<string>;
  until(holds: (view: AppView) => boolean, what: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startTarget(
  options: { readonly env?: Readonly<Record<string, string>>; readonly signIn?: boolean } = {},
): Promise<Target> {
  const cloud = await startCloud({
    clock: 'real',
    apps: [{ clientId: defaultClientId, name: 'Tidings', redirectUris: ['http://localhost'] }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'tidings-fuzz-'));
  const bundle = copyOfApp(join(folder, appFolder));
  const programs = createPlayedPrograms(folder, { withoutToasts: false });
  const keyring = join(folder, 'keyring.json');
  const profile = join(folder, '.config', 'tidings');
  const opened: string[] = [];
  let child: ChildProcess | null = null;
  let output = '';
  let crashes = 0;
  let stopping = false;
  let pageAddress: URL | null = null;
  let token = '';
  const pageCodes: string[] = [];
  let traffic = '';
  const hear = (text: string): void => {
    traffic = (traffic + text).slice(-8_000_000);
  };

  const logText = (): string => {
    const logs = join(profile, 'logs');
    if (!existsSync(logs)) return '';
    return readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('');
  };
  const lastWords = (): string =>
    `${child === null ? 'it has ended' : 'it runs'}; ${output.slice(-300)} ${logText().slice(-700)}`;
  const look = (): void => void opened.push(...programs.opened());
  async function untilOpened(wanted: (url: string) => boolean): Promise<string> {
    const endMs = performance.now() + startLimitMs;
    for (;;) {
      look();
      const index = opened.findIndex(wanted);
      if (index >= 0) return opened.splice(index, 1)[0] ?? '';
      if (performance.now() > endMs) throw new Error(`the app opened no page in time; ${lastWords()}`);
      await delay(20);
    }
  }
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(new URL(path, pageAddress ?? undefined), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  async function ask<C extends keyof Requests>(
    channel: C,
    ...args: Requests[C]['args']
  ): Promise<Requests[C]['result']> {
    const response = await post('/api/request', { channel, args });
    const text = await response.text();
    hear(text);
    if (!response.ok) throw new Error(`${channel}: ${response.status}`);
    return JSON.parse(text) as Requests[C]['result'];
  }
  async function until(holds: (view: AppView) => boolean, what: string): Promise<void> {
    const endMs = performance.now() + startLimitMs;
    for (let view: AppView | null = null; ; await delay(50)) {
      view = await ask('app:get');
      if (holds(view)) return;
      if (performance.now() > endMs) throw new Error(`not in time: ${what}; ${view.health.headline}; ${lastWords()}`);
    }
  }
  const untilGood = (): Promise<void> => until(({ health }) => health.state === 'allGood', 'all good');
  /** As the page does: it listens to whatever it is told. */
  async function listen(): Promise<void> {
    const response = await fetch(new URL('/api/events', pageAddress ?? undefined), {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read())
      hear(part.value);
  }
  async function beginSignIn(): Promise<string> {
    const outcome = await ask('session:sign-in', null);
    if (!outcome.ok) throw new Error(outcome.userMessage);
    return await untilOpened((url) => new URL(url).host === 'login.microsoftonline.com');
  }
  const signIn = async (): Promise<SignInResult> => await cloud.person.signIn(await beginSignIn(), { username });
  async function start(): Promise<void> {
    token = '';
    const started = fork(bundle, [], {
      execArgv: [
        '--expose-gc',
        ...['--import', keyringFile, '--import', watchFile],
        ...['--disable-warning=ExperimentalWarning', '--disable-warning=DEP0169'],
      ],
      env: {
        ...cloud.env,
        TIDINGS_CLIENT_ID: defaultClientId,
        PATH: `${programs.folder}:${process.env.PATH ?? ''}`,
        HOME: folder,
        XDG_CONFIG_HOME: join(folder, '.config'),
        DISPLAY: ':played',
        TZ: 'Europe/Berlin',
        TIDINGS_PLAYED_KEYRING: keyring,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-100_000);
      });
    }
    started.once('exit', () => {
      if (child !== started) return;
      child = null;
      if (!stopping) crashes += 1;
    });
    const address = new URL(await untilOpened((url) => /^http:\/\/127\.0\.0\.1:\d+\/#code=/.test(url)));
    pageAddress = address;
    const entry = (await (await post('/api/start', { code: address.hash.slice('#code='.length) })).json()) as {
      token: string;
    };
    token = entry.token;
    pageCodes.push(address.hash.slice('#code='.length));
    listen().catch(() => {}); // it ends with the process
  }
  async function end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const ending = child;
    stopping = true;
    ending?.kill(signal);
    if (ending !== null && ending.exitCode === null && ending.signalCode === null) await once(ending, 'exit');
    stopping = false;
  }
  const query = (sql: string): Record<string, unknown> => {
    const database = new DatabaseSync(join(profile, 'history.db'), { readOnly: true });
    try {
      return (database.prepare(sql).get() ?? {}) as Record<string, unknown>;
    } finally {
      database.close();
    }
  };
  async function stop(): Promise<void> {
    await end();
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  const target: Target = {
    cloud,
    programs,
    folder,
    keyring,
    pagePort: () => Number(pageAddress?.port),
    pid: () => child?.pid ?? 0,
    token: () => token,
    ask,
    isAlive: () => child !== null,
    crashes: () => crashes,
    async watch() {
      const asked = child;
      if (asked === null) throw new Error(`the app does not run\n${output}`);
      const told = once(asked, 'message', { signal: AbortSignal.timeout(30_000) });
      asked.send('watch');
      return (await told)[0] as Watched;
    },
    async port() {
      const { bound } = await target.watch();
      const found = bound.find(({ port, address }) => address === '127.0.0.1' && port !== target.pagePort());
      if (found === undefined) throw new Error('the listener is not bound');
      return found.port;
    },
    known() {
      const key = Object.values(readPlayedKeyring(keyring).secrets).find(isCipherKey) ?? '';
      const { sealed } = query(`SELECT sealed FROM named_values WHERE name = 'tunnel'`);
      const json = createCipher(key).open(sealed as Uint8Array, 'named_values\ntunnel') ?? 'null';
      const { secrets } = JSON.parse(JSON.parse(json) as string) as { readonly secrets: ListenerSecrets };
      const mail = cloud.graph.subscriptionSecrets(username).find(({ resource }) => /messages/i.test(resource));
      if (mail === undefined) throw new Error('there is no subscription to mail');
      const { clientState, id, notificationUrl } = mail;
      return { ...secrets, host: new URL(notificationUrl).host, subscriptionId: id, clientState };
    },
    fail: (text) => void child?.send({ fail: text }),
    kill: () => end(),
    quit: () => end('SIGTERM'),
    start,
    profile,
    async restart() {
      await end();
      await start();
      await untilGood();
    },
    posts: () => Number(query(`SELECT seq FROM sqlite_sequence WHERE name = 'queue'`).seq ?? 0),
    alertCount: () => Number(query('SELECT count(*) AS alerts FROM alerts').alerts),
    log: logText,
    output: () => output,
    graphCalls: () => cloud.graph.requests.length,
    traffic: () => traffic,
    pageCodes: () => pageCodes,
    signIn,
    beginSignIn,
    until,
    stop,
  };
  try {
    await start();
    if (options.signIn === false) return target;
    await signIn();
    await untilGood();
    return target;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the list shows. */
export async function alertsOf(target: Target): Promise<AlertPage> {
  return await target.ask('alerts:list', null, '');
}
