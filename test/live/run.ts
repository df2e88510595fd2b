/** `npm run live`: Tidings tried with a real account at Microsoft. See docs/live-check.md. */
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { asFailure } from '../../main/domain/failure.ts';
import type { Account } from '../../main/domain/session.ts';
import { createOpener } from '../../main/system/programs.ts';
import { runFlow } from './flow.ts';
import { leave } from './leave.ts';
import { type LiveOptions, readOptions, usage } from './options.ts';
import type { Recording } from './recording.ts';
import { createSteps, Ended, errorText } from './steps.ts';
import { openLiveWorld } from './world.ts';

/** The end itself takes no longer, whatever the network does, in milliseconds. */
const leaveLimitMs = 90_000;

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const options = readOptions(process.argv.slice(2), process.env, new Date());
if (options === null) tell(usage);
else if (typeof options === 'string') {
  process.stderr.write(`${options}.\nnpm run live -- --help tells more.\n`);
  process.exitCode = 2;
} else if (options.recording !== null && existsSync(options.recording)) {
  process.stderr.write(`${options.recording} is there already: name another one with --record FILE.\n`);
  process.exitCode = 2;
} else {
  // What MSAL or a library leaves behind must not keep the process alive.
  process.exit(await live(options));
}

/** Resolves with the exit status: 0 all good, 1 something was not, 130 ended by hand. */
async function live(options: LiveOptions): Promise<number> {
  const enough = new AbortController();
  // npm passes Ctrl-C on, so it may come twice: the end is never cut short, it has a limit of its own.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!enough.signal.aborted) tell('Ending: signing out and deleting what was made.');
      enough.abort(new Ended());
    });
  }
  const open = options.openBrowser ? createOpener(process.platform, process.env) : async () => false;
  const world = openLiveWorld({
    settings: options.settings,
    async openBrowser(url) {
      if (!(await open(url))) tell(`Open this address in a browser on this computer:\n${url}`);
    },
    toasts: { show: () => 'shown', close: () => {} },
  });
  const steps = createSteps({ tell, begin: (name) => world.recorder.step(name), now: () => performance.now() });
  const answers: { question: string; answer: string }[] = [];
  let account: Account | null = null;
  let isOver = false;
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      tell(`BAD                 unexpected: ${errorText(error)}`);
      enough.abort(new Ended());
    });
  }
  try {
    await runFlow({
      world,
      options,
      steps,
      enough: enough.signal,
      tell,
      signedIn: (who) => {
        account = who;
      },
      answered: (question, answer) => answers.push({ question, answer }),
    });
    isOver = true;
  } catch (error) {
    if (!(error instanceof Ended)) tell(`BAD                 unexpected: ${asFailure(error).code}`);
  }
  const limit = setTimeout(() => {
    tell('The end took too long and was cut short; subscriptions that are left end within 7 days.');
    process.exit(1);
  }, leaveLimitMs);
  const isClean = await leave({ world, settings: options.settings, account, steps });
  clearTimeout(limit);

  const recording = recordingOf(options, account);
  if (options.recording !== null) {
    write(options.recording, recording);
    tell(`\nThe recording is in ${options.recording}: shapes and names only. Look through it before you hand it on.`);
    tell(`Compare it with the stand-in: node test/live/compare.ts ${options.recording}`);
  }
  const bad = steps.done.filter(({ verdict }) => verdict === 'bad').length;
  tell(bad === 0 && isClean ? '\nAll good.' : `\n${bad} steps were not good.`);
  if (!isClean) tell('Something of ours may be left at Microsoft; it ends by itself within 7 days.');
  if (!isOver) return 130;
  return bad === 0 && isClean ? 0 : 1;

  function recordingOf({ settings, reauthorize }: LiveOptions, who: Account | null): Recording {
    return {
      format: 1,
      day: new Date().toISOString().slice(0, 10),
      setup: {
        cloud: settings.cloud,
        tunnel: settings.tunnel.kind === 'fixedAddress' ? 'fixedAddress' : 'localtunnel',
        account: who?.kind ?? null,
        previews: settings.previews,
        reauthorize,
        node: process.versions.node,
      },
      steps: [...steps.done],
      answers,
      exchanges: [...world.recorder.exchanges],
    };
  }
}

/** For its owner only, and never over something that is there. */
function write(file: string, recording: Recording): void {
  const descriptor = openSync(file, 'wx', 0o600);
  writeSync(descriptor, `${JSON.stringify(recording, null, 1)}\n`);
  closeSync(descriptor);
}
