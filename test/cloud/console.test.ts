import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from './cloud.ts';
import { runLine } from './console-commands.ts';
import { shortTunnelNames } from './tunnel-names.ts';

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
    'relay needs one of cut, freeze, restore, restart, drop, refuse, close, swallow, take, other-name, api MODE. Usage: relay cut|freeze|restore|restart|drop|refuse|close|swallow|take|other-name|api MODE',
  ],
  ['deliver --account nobody', 'There is no account nobody. Usage: deliver [ACCOUNT] [SUBJECT]'],
  ['deliver --account', '--account needs an address, or work, or personal. Usage: deliver [ACCOUNT] [SUBJECT]'],
  ['deliver --acount x', 'There is no option --acount. Usage: deliver [ACCOUNT] [SUBJECT]'],
  ['advance soon', 'A duration looks like 90s, 12min, 9h or 4d, not "soon". Usage: advance DURATION'],
  [
    'mfa maybe',
    'Expected one of enrolled, notEnrolled, off, not "maybe". Usage: mfa [ACCOUNT] [enrolled|notEnrolled|off]',
  ],
  ['read', `The inbox of ${ada} is empty. Usage: read [ACCOUNT]`],
  ['code', `That failed: No code was sent to ${ada}`],
  ['toString', 'There is no command toString. Type help.'],
  ['challenge', `${ada} has no subscription with a lifecycle address`],
])('the line "%s" is answered with %s', async (line, answer) => {
  expect(await runLine(line, cloud)).toBe(answer);
});

test('an account can be named behind the command, by its address or by its kind', async () => {
  await runLine('deliver "For Sam" --account personal', cloud);
  await runLine(`deliver --account=${ada} For Ada`, cloud);
  const subjects = (username: string) =>
    cloud.graph
      .mailbox(username)
      .messages()
      .map(({ subject }) => subject);
  expect([subjects('sam@outlook.example'), subjects(ada)]).toEqual([['For Sam'], ['For Ada']]);
});

test('every command does something, and what it does can be seen', async () => {
  await runLine('deliver one', cloud);
  await runLine('read', cloud);
  expect(cloud.graph.mailbox(ada).messages()).toMatchObject([{ isRead: true }]);
  await runLine('move', cloud);
  expect(cloud.graph.mailbox(ada).messages('archive')).toHaveLength(1);
  await runLine('series 10 Daily', cloud);
  await runLine('cancel', cloud);
  expect(cloud.graph.calendar(ada).events()).toMatchObject([{ type: 'seriesMaster' }, { isCancelled: true }]);
  expect(await runLine('add-account zoe@contoso.example', cloud)).toBe(
    'The password of zoe@contoso.example is: password of zoe',
  );
  await runLine('mfa', cloud);
  await runLine('block zoe@contoso.example 530003', cloud);
  expect(await runLine('advance 90min', cloud)).toBe('It is now 2026-11-21T10:30:00.000Z');
  expect(await runLine('time', cloud)).toBe('2026-11-21T10:30:00.000Z');
  expect(await runLine('forget-subscriptions', cloud)).toBe('0 forgotten');
  await runLine('cut', cloud);
  await runLine('restore', cloud);
  expect(cloud.events.map(({ name }) => name)).toEqual([
    'mail.delivered',
    'mail.read',
    'mail.moved',
    'event.created',
    'event.cancelled',
    'account.added',
    'policy.mfa',
    'policy.block',
    'relay.cut',
    'relay.restored',
  ]);
});

test('tunnel names are shortened in what is printed', () => {
  expect(shortTunnelNames('POST tidings-0a1b2c3d4e5f.loca.lt/… and short.loca.lt')).toBe(
    'POST tidings-….loca.lt/… and short.loca.lt',
  );
});

test.each(['quit', 'SIGINT'])(
  'the cloud by itself prints its environment, takes commands and ends on %s',
  async (ending) => {
    const program = fileURLToPath(new URL('start.ts', import.meta.url));
    const child = spawn(process.execPath, [program, '--name', `console-${ending}-${process.pid}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
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
