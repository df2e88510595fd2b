/**
 * `npm run cloud`: the stand-in cloud by itself, with a console. `npm run cloud -- COMMAND …` has the one that runs do
 * something.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startCloud } from './cloud.ts';
import { splitWords } from './console/command.ts';
import { askCloud, ControlError, startControl } from './console/control.ts';
import { commandLine, eventLine, requestLine } from './console/printer.ts';
import { help, runCommand } from './console-commands.ts';
import { defaultApps } from './entra/accounts.ts';
import { shortTunnelNames } from './tunnel-names.ts';

const usage = `Usage:
  npm run cloud -- [--clock real|manual] [--start ISO-DATE] [--name NAME]   starts a cloud
  npm run cloud -- [--name NAME] COMMAND …                                  has the running one do something
  npm run cloud -- help                                                     this, and every command

Examples:
  npm run cloud -- deliver "Lunch?" --account ada@contoso.example
  npm run cloud -- trigger reauthorizationRequired --account work
  npm run cloud -- reset-password --account ada@contoso.example
`;

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Exit codes: 0 done, 1 failed or no cloud there, 2 typed wrongly. */
async function main(words: readonly string[]): Promise<void> {
  // Options before the command are ours, those after it the command's.
  const own = ownOptions(words);
  if (typeof own === 'string') {
    process.stderr.write(`${own}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const { name, command } = own;
  if (command[0] === 'help') print(`${usage}\nCommands:\n${help()}`);
  else if (command.length > 0) await askRunning(name, command);
  else await run(own);
}

interface OwnOptions {
  readonly name: string;
  readonly clock: 'real' | 'manual';
  readonly start: Date | undefined;
  readonly command: readonly string[];
}

/** @returns what is wrong, as text, if something is. */
function ownOptions(words: readonly string[]): OwnOptions | string {
  const options = ['--clock', '--start', '--name'];
  let end = 0;
  while (end < words.length && words[end]?.startsWith('--')) end += options.includes(words[end] ?? '') ? 2 : 1;
  try {
    const { values } = parseArgs({
      args: words.slice(0, end),
      options: {
        clock: { type: 'string', default: 'real' },
        start: { type: 'string' },
        name: { type: 'string', default: 'default' },
        help: { type: 'boolean', default: false },
      },
    });
    const { clock, name } = values;
    if (clock !== 'real' && clock !== 'manual') return `--clock is real or manual, not "${clock}"`;
    const start = values.start === undefined ? undefined : new Date(values.start);
    if (start && Number.isNaN(start.getTime()))
      return `--start is a date such as 2026-11-21T09:00:00Z, not "${values.start}"`;
    if (start && clock === 'real') return '--start needs --clock manual';
    return { clock, name, start, command: values.help ? ['help'] : words.slice(end) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function askRunning(name: string, words: readonly string[]): Promise<void> {
  const { kind, text } = await askCloud(name, words);
  if (kind === 'done') {
    print(shortTunnelNames(text ?? 'Done'));
    return;
  }
  process.stderr.write(`${shortTunnelNames(text ?? 'That failed')}\n`);
  process.exitCode = kind === 'usage' ? 2 : 1;
}

async function run({ name, clock, start }: OwnOptions): Promise<void> {
  const cloud = await startCloud({ clock, ...(start ? { start } : {}) });
  const control = await startControl(name, async (words) => {
    const result = ['quit', 'exit'].includes(words[0] ?? '')
      ? { kind: 'done' as const }
      : await runCommand(words, cloud);
    print(commandLine(cloud.clock.now(), words, result.kind, result.text));
    if (['quit', 'exit'].includes(words[0] ?? '')) setImmediate(() => void end());
    return result;
  }).catch(async (error: unknown) => {
    await cloud.stop();
    throw error;
  });

  print('The stand-in cloud is up. Give the process that shall live in it this environment:\n');
  for (const [variable, value] of Object.entries(cloud.env)) {
    // The spelling in capitals is enough for a shell; both are in `env` for programs.
    if (variable === variable.toUpperCase())
      print(process.platform === 'win32' ? `  set ${variable}=${value}` : `  export ${variable}='${value}'`);
  }
  print('\nApp registrations:');
  for (const { clientId, redirectUris, secret } of defaultApps) {
    print(
      `  ${clientId}  ${redirectUris.join(', ')}  ${secret === undefined ? 'public client' : `web app, secret: ${secret}`}`,
    );
  }
  print('\nAccounts:');
  print((await runCommand(['accounts'], cloud)).text ?? '');
  print('\nNothing that goes through it leaves this machine. Type help, or Ctrl-C to stop.\n');

  cloud.onEvent((event) => print(eventLine(event)));
  cloud.proxy.onRequest((request) => print(requestLine(request)));

  const lines = createInterface({ input: process.stdin });
  let ending: Promise<void> | undefined;
  function end(): Promise<void> {
    ending ??= (async () => {
      lines.close();
      await control.stop();
      await cloud.stop();
      print('The stand-in cloud has stopped.');
    })();
    return ending;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

  /** One line at a time: a command may take a moment. */
  let tail = Promise.resolve();
  lines.on('line', (line) => {
    tail = tail.then(async () => {
      if (['quit', 'exit'].includes(line.trim())) return end();
      const { text } = await runCommand(splitWords(line), cloud);
      if (text) print(shortTunnelNames(text));
    });
  });
  // Without a terminal the end of the input must not end the cloud: it may be started in the background.
  lines.on('close', () => {
    if (process.stdin.isTTY) void tail.then(end);
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof ControlError ? error.message : error instanceof Error ? error.stack : error}\n`,
  );
  process.exitCode = 1;
});
