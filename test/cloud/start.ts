/** `npm run cloud`: the stand-in cloud by itself, in real time, with a console. */
import { createInterface } from 'node:readline';
import { startCloud } from './cloud.ts';
import { runLine } from './console-commands.ts';
import { defaultClientId } from './entra/accounts.ts';
import type { ProxiedRequest } from './traffic.ts';
import type { CloudEvent } from './types.ts';

const cloud = await startCloud({ clock: 'real' });
const print = (text: string) => void process.stdout.write(`${text}\n`);
const time = (at: Date) => at.toISOString().slice(11, 23);

print('The stand-in cloud is up. Give the process that shall live in it this environment:\n');
for (const [name, value] of Object.entries(cloud.env)) {
  // The spelling in capitals is enough for a shell; both are in `env` for programs.
  if (name === name.toUpperCase())
    print(process.platform === 'win32' ? `  set ${name}=${value}` : `  export ${name}='${value}'`);
}
print(`\nApp registration (client id): ${defaultClientId}, redirect URI http://localhost`);
print(`${await runLine('accounts', cloud)}`);
print('Nothing that goes through it leaves this machine. Type help, or Ctrl-C to stop.\n');

cloud.onEvent((event: CloudEvent) => print(`${time(event.at)}  ${event.site.padEnd(6)}  ${event.text}`));
cloud.proxy.onRequest(({ at, host, method, path, status, tookMs, from }: ProxiedRequest) => {
  const where = `${shortHost(host)}${path}`;
  print(
    `${time(at)}  ${from === 'cloud' ? 'inside' : 'http  '}  ${method} ${where} → ${status ?? 'no answer'} (${tookMs} ms)`,
  );
});

const lines = createInterface({ input: process.stdin });
let ending: Promise<void> | undefined;
function end(): Promise<void> {
  ending ??= (async () => {
    lines.close();
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
    const answer = await runLine(line, cloud);
    if (answer) print(answer);
  });
});
// Without a terminal the end of the input must not end the cloud: it may be started in the background.
lines.on('close', () => {
  if (process.stdin.isTTY) void tail.then(end);
});

/** A tunnel's name is long and half a secret. */
function shortHost(host: string): string {
  const [first = '', ...rest] = host.split('.');
  return first.length > 16 ? [`${first.slice(0, 8)}…`, ...rest].join('.') : host;
}
