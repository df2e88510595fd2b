/**
 * What is attacked: the built app as a real process in real time, signed in to the stand-in cloud, with its listener, the
 * tunnel, its history on disk and the page's server. Nothing in it knows that it is watched.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ListenerSecrets } from '../../main/domain/ports.ts';
import type { AppView } from '../../preload/contract.ts';
import { type Cloud, startCloud } from '../cloud/cloud.ts';
import { defaultClientId } from '../cloud/entra/accounts.ts';
import type { SignInResult } from '../cloud/person.ts';
import { createPlayedPrograms, type PlayedPrograms } from '../stage/played-programs.ts';
import { createPageClient, type PageClient } from './page-client.ts';
import { type Profile, readProfile } from './profile.ts';
import type { Watched } from './watch-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const watchFile = new URL('./watch-process.ts', import.meta.url).href;
const spoilFile = new URL('./spoil-process.ts', import.meta.url).href;
const keyringFile = new URL('../tools/played-keyring.ts', import.meta.url).href;
const startLimitMs = 60_000;
const quitLimitMs = 10_000;

/** On Linux. */
const memoryDisk = '/dev/shm';
/** Below the run's folder; not a place of the app's own making. */
export const appFolder = 'app';
export const username = 'ada@contoso.example';

let spoil: string | undefined;
/** From now on every target is bad in this way, see spoils.ts. */
export function spoilTargets(name: string): void {
  spoil = name;
}

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

export interface Target extends Pick<PageClient, 'ask' | 'token' | 'traffic'>, Omit<Profile, 'listenerSecrets'> {
  readonly cloud: Cloud;
  readonly programs: PlayedPrograms;
  readonly folder: string;
  /** Where settings and history are. */
  readonly profile: string;
  readonly keyring: string;
  /** Where the page is served. */
  readonly pagePort: () => number;
  /** Codes of the addresses that the app had the browser open. */
  readonly pageCodes: () => readonly string[];
  readonly pid: () => number;
  /** The listener's. */
  port(): Promise<number>;
  watch(): Promise<Watched>;
  known(): Known;
  /** An error that nobody catches, and a rejection, with this text. */
  fail(text: string): void;
  /** Starts the whole process again, as after a crash: with SIGKILL. */
  restart(): Promise<void>;
  /** The two halves of `restart`; `start` resolves once the page is served, whatever the state. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** As at the end of a session: with SIGTERM, and it ends by itself. */
  quit(): Promise<void>;
  isAlive(): boolean;
  /** How often it ended although nobody asked it to. */
  crashes(): number;
  /** What it wrote to its terminal. */
  output(): string;
  graphCalls(): number;
  /** Asks for the sign-in, and does in the browser what the person does. */
  signIn(): Promise<SignInResult>;
  /** As `signIn`, but the page in the browser is only opened: its address. */
  beginSignIn(): Promise<string>;
  until(holds: (view: AppView) => boolean, what: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param options.signIn  false: nobody is signed in yet.
 * @param options.isTimed what is timed is the listener: where there is memory that looks like a disk, the profile lies
 *   there, since a disk that others use too may need seconds for one commit. What a commit costs is the bench's matter.
 */
export async function startTarget(
  options: { readonly signIn?: boolean; readonly isTimed?: boolean } = {},
): Promise<Target> {
  const cloud = await startCloud({
    clock: 'real',
    apps: [{ clientId: defaultClientId, name: 'Tidings', redirectUris: ['http://localhost'] }],
  });
  const place = options.isTimed === true && existsSync(memoryDisk) ? memoryDisk : tmpdir();
  const folder = mkdtempSync(join(place, 'tidings-fuzz-'));
  const bundle = copyOfApp(join(folder, appFolder));
  const programs = createPlayedPrograms(folder, { withoutToasts: false });
  const keyring = join(folder, 'keyring.json');
  const profile = join(folder, '.config', 'tidings');
  const opened: string[] = [];
  let child: ChildProcess | null = null;
  let output = '';
  let crashes = 0;
  let stopping = false;
  const page = createPageClient();
  const { ask } = page;
  const disk = readProfile(profile, keyring);

  const lastWords = (): string =>
    `${child === null ? 'it has ended' : 'it runs'}; ${output.slice(-300)} ${disk.log().slice(-700)}`;
  const look = (): void => void opened.push(...programs.opened());
  async function untilOpened(wanted: (url: string) => boolean, opener?: ChildProcess): Promise<string> {
    const endMs = performance.now() + startLimitMs;
    for (;;) {
      look();
      const index = opened.findIndex(wanted);
      if (index >= 0) return opened.splice(index, 1)[0] ?? '';
      if (performance.now() > endMs) throw new Error(`the app opened no page in time; ${lastWords()}`);
      const hasEnded = opener !== undefined && (opener.exitCode !== null || opener.signalCode !== null);
      if (hasEnded) throw new Error(`the app ended before it opened a page; ${lastWords()}`);
      await delay(20);
    }
  }
  async function until(holds: (view: AppView) => boolean, what: string): Promise<void> {
    const endMs = performance.now() + startLimitMs;
    for (let view: AppView | null = null; ; await delay(50)) {
      view = await ask('app:get');
      if (holds(view)) return;
      if (performance.now() > endMs) throw new Error(`not in time: ${what}; ${view.health.headline}; ${lastWords()}`);
    }
  }
  const mailSubscription = () =>
    cloud.graph.subscriptionSecrets(username).find(({ resource }) => /messages/i.test(resource));
  // The icon is green in the first moments too, while the subscriptions are still being made.
  const untilGood = (): Promise<void> =>
    until(({ health }) => health.state === 'allGood' && mailSubscription() !== undefined, 'all good and subscribed');
  async function beginSignIn(): Promise<string> {
    const outcome = await ask('session:sign-in', null);
    if (!outcome.ok) throw new Error(outcome.userMessage);
    return await untilOpened((url) => new URL(url).host === 'login.microsoftonline.com');
  }
  const signIn = async (): Promise<SignInResult> => await cloud.person.signIn(await beginSignIn(), { username });
  async function start(): Promise<void> {
    const started = fork(bundle, [], {
      execArgv: [
        '--expose-gc',
        ...['--import', keyringFile, '--import', watchFile],
        ...(spoil === undefined ? [] : ['--import', spoilFile]),
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
        ...(spoil === undefined ? {} : { TIDINGS_FUZZ_SPOIL: spoil }),
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
    const isPage = (url: string): boolean => /^http:\/\/127\.0\.0\.1:\d+\/#code=/.test(url);
    await page.enter(new URL(await untilOpened(isPage, started)));
  }
  async function end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const ending = child;
    stopping = true;
    ending?.kill(signal);
    const limit = setTimeout(() => ending?.kill('SIGKILL'), quitLimitMs);
    if (ending !== null && ending.exitCode === null && ending.signalCode === null) await once(ending, 'exit');
    clearTimeout(limit);
    stopping = false;
  }
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
    profile,
    ...disk,
    ask,
    token: page.token,
    traffic: page.traffic,
    pagePort: page.port,
    pageCodes: page.codes,
    pid: () => child?.pid ?? 0,
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
      const secrets = disk.listenerSecrets();
      const mail = mailSubscription();
      if (mail === undefined) throw new Error('there is no subscription to mail');
      const { clientState, id, notificationUrl } = mail;
      return { ...secrets, host: new URL(notificationUrl).host, subscriptionId: id, clientState };
    },
    fail: (text) => void child?.send({ fail: text }),
    kill: () => end(),
    quit: () => end('SIGTERM'),
    start,
    async restart() {
      await end();
      await start();
      await untilGood();
    },
    output: () => output,
    graphCalls: () => cloud.graph.requests.length,
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
