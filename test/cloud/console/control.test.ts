import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { askCloud, ControlError, controlFileOf, startControl } from './control.ts';

const program = fileURLToPath(new URL('../start.ts', import.meta.url));
let count = 0;
function freshName(): string {
  count += 1;
  return `test-${process.pid}-${count}`;
}

async function startEcho(name: string) {
  const control = await startControl(name, async (words) => ({ kind: 'done', text: words.join(' ') }));
  onTestFinished(control.stop);
  return control;
}

/** The program with these words, to its end. */
function cli(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

test('a running cloud is reached by its name, and leaves no file behind', async () => {
  const name = freshName();
  const control = await startEcho(name);
  expect(await askCloud(name, ['deliver', 'Lunch today?'])).toEqual({ kind: 'done', text: 'deliver Lunch today?' });
  await control.stop();
  expect(existsSync(control.file)).toBe(false);
  await expect(askCloud(name, ['x'])).rejects.toThrow(`No cloud named ${name} is running`);
});

test('the file with the password is for its owner alone, and is not believed when others could have read it', async () => {
  const name = freshName();
  const { file } = await startEcho(name);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  await expect(askCloud(name, ['x'])).rejects.toThrow(ControlError);
});

test('nobody gets in without the password', async () => {
  const name = freshName();
  const { file } = await startEcho(name);
  const { port } = JSON.parse(readFileSync(file, 'utf8')) as { port: number };
  for (const line of ['{"token":"guessed","words":["x"]}', '{"words":["x"]}', 'nonsense', '{"token":5}']) {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(`${line}\n`);
    await once(socket, 'close');
    expect(answer).toBe('');
  }
});

test('two clouds of one name are refused, a file that a dead one left is not in the way', async () => {
  const name = freshName();
  const first = await startEcho(name);
  await expect(startControl(name, async () => ({ kind: 'done' }))).rejects.toThrow('running already');
  const left = readFileSync(first.file, 'utf8');
  await first.stop();
  writeFileSync(first.file, left, { mode: 0o600 });
  await startEcho(name);
  expect(await askCloud(name, ['hello'])).toEqual({ kind: 'done', text: 'hello' });
  expect(() => controlFileOf('../elsewhere')).toThrow('letters, digits and hyphens');
});

test('npm run cloud -- COMMAND plays it in the cloud that runs, with one line there and an answer here', async () => {
  const name = freshName();
  const child = spawn(
    process.execPath,
    [program, '--name', name, '--clock', 'manual', '--start', '2027-01-01T00:00:00Z'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const seen: string[] = [];
  const up = Promise.withResolvers<void>();
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    seen.push(line);
    if (line.includes('Type help')) up.resolve();
  });
  await up.promise;
  expect(await cli('--name', name, 'deliver', 'Lunch?', '--account', 'personal')).toEqual({
    code: 0,
    out: 'Done\n',
    err: '',
  });
  expect(await cli('--name', name, 'trigger', 'reauthorizationRequired', '--account', 'ada@contoso.example')).toEqual({
    code: 0,
    out: 'ada@contoso.example has no subscription with a lifecycle address\n',
    err: '',
  });
  expect(await cli('--name', name, 'advance', '2h')).toMatchObject({ out: 'It is now 2027-01-01T02:00:00.000Z\n' });
  expect(await cli('--name', name, 'dance')).toEqual({
    code: 2,
    out: '',
    err: 'There is no command dance. Type help.\n',
  });
  expect(await cli('--name', name, 'code')).toMatchObject({
    code: 1,
    err: expect.stringContaining('No code was sent'),
  });
  expect(await cli('--name', name, 'quit')).toMatchObject({ code: 0 });
  expect(await exit).toEqual([0, null]);
  expect(seen.filter((line) => line.includes('  asked   '))).toEqual([
    '00:00:00.000  asked   deliver Lunch? --account personal → done',
    '00:00:00.000  asked   trigger reauthorizationRequired --account ada@contoso.example → done: ada@contoso.example has no subscription with a lifecycle address',
    '02:00:00.000  asked   advance 2h → done: It is now 2027-01-01T02:00:00.000Z',
    '02:00:00.000  asked   dance → usage: There is no command dance. Type help.',
    '02:00:00.000  asked   code → failed: That failed: No code was sent to ada@contoso.example',
    '02:00:00.000  asked   quit → done',
  ]);
});

test.each([
  [['--clock', 'sundial'], '--clock is real or manual, not "sundial"'],
  [['--start', '2027-01-01'], '--start needs --clock manual'],
  [['--clock', 'manual', '--start', 'soon'], '--start is a date such as 2026-11-21T09:00:00Z, not "soon"'],
  [['--clok'], "Unknown option '--clok'"],
])('a call typed wrongly (%j) is answered with what is wrong and how it goes', async (words, problem) => {
  const { code, out, err } = await cli(...words);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(problem);
  expect(err).toContain('Usage:');
});

test('help needs no cloud', async () => {
  const { code, out } = await cli('help');
  expect(code).toBe(0);
  expect(out).toContain('challenge [ACCOUNT] [EVENT]');
  expect(await cli('--name', freshName(), 'deliver')).toMatchObject({
    code: 1,
    err: expect.stringContaining('npm run cloud'),
  });
});
