import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { runLine } from './console-commands.ts';

const ada = 'ada@contoso.example';
let cloud: Cloud;

beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.stop());

test('typed commands do what they say to the account named, or to the first one', async () => {
  await runLine('deliver "Lunch today?"', cloud);
  await runLine('deliver SAM@outlook.example Hi Sam', cloud);
  await runLine(`meet ${ada} 5 Stand-up`, cloud);
  expect([
    cloud.graph
      .mailbox(ada)
      .messages()
      .map(({ subject }) => subject),
    cloud.graph
      .mailbox('sam@outlook.example')
      .messages()
      .map(({ subject }) => subject),
    cloud.graph
      .calendar(ada)
      .events()
      .map(({ subject, start }) => [subject, start.getTime() - cloud.clock.now().getTime()]),
  ]).toEqual([['Lunch today?'], ['Hi Sam'], [['Stand-up', 5 * 60_000]]]);
  expect(await runLine(`reset ${ada} new secret`, cloud)).toBe(`The new password of ${ada} is: new secret`);
  expect(cloud.entra.currentPassword(ada)).toBe('new secret');
});

test.each([
  ['', undefined],
  ['dance', 'There is no command dance. Type help.'],
  ['deliver nobody@x.example', 'There is no account nobody@x.example. Usage: deliver [ACCOUNT] [SUBJECT]'],
  [
    'relay sing',
    'relay needs one of cut, freeze, restore, restart, drop. Usage: relay cut|freeze|restore|restart|drop',
  ],
  ['challenge', `${ada} has no subscription with a lifecycle address`],
])('the line "%s" is answered with %s', async (line, answer) => {
  expect(await runLine(line, cloud)).toBe(answer);
});

test.each(['quit', 'SIGINT'])(
  'the cloud by itself prints its environment, takes commands and ends on %s',
  async (ending) => {
    const program = fileURLToPath(new URL('start.ts', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const seen: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      seen.push(line);
      if (line.includes('Type help')) child.stdin.write('deliver Lunch\n');
      if (line.includes('“Lunch”')) {
        if (ending === 'quit') child.stdin.write('quit\n');
        else child.kill('SIGINT');
      }
    }
    expect(await exit).toEqual([0, null]);
    const names = seen
      .map((line) => /^ {2}(?:export|set) ([A-Z_]+)=/.exec(line)?.[1])
      .filter((name) => name !== undefined);
    expect(names).toEqual(['NODE_USE_ENV_PROXY', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']);
    expect(seen.at(-1)).toBe('The stand-in cloud has stopped.');
  },
);
