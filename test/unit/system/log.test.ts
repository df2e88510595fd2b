import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLog, formatLine } from '../../../main/system/log.ts';
import { maskText } from '../../../main/system/masking.ts';

const at = new Date('2026-11-21T09:00:00Z');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const jwt = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ';

test.each([
  ['a bearer token', `Authorization: Bearer ${jwt}`, 'Authorization: Bearer [masked]'],
  ['a short credential', 'sent basic dTpw now', 'sent basic [masked] now'],
  ['a bare JSON Web Token', `got ${jwt}.`, 'got [masked]'],
  ['an address', 'cannot reach ada.lovelace+x@contoso.example today', 'cannot reach [address] today'],
  ['an address beyond ASCII', 'für jürgen@büro.example', 'für [address]'],
  [
    'an URL',
    'GET https://graph.microsoft.com/v1.0/me?$deltatoken=abc failed',
    'GET https://graph.microsoft.com failed',
  ],
  ['a callback', 'http://localhost:41234/?code=0.AX&state=xyz', 'http://localhost:41234'],
  ['an URL with a password', 'https://ada:pw@contoso.example/x', 'https://contoso.example'],
  ['a long random text', 'name k3Jx9_QwErTyUiOpAsDfGhJkLzXcVbNm taken', 'name [masked] taken'],
  ['a hex digest', 'digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'digest [masked]'],
  ['a form', 'code=0.AXo&state=7 client_info=e30', 'code=[masked]&state=[masked] client_info=[masked]'],
  ['JSON', '{"refresh_token":"short","clientState":"s1"}', '{"refresh_token":"[masked]","clientState":"[masked]"}'],
  ['a GUID behind a secret', 'k3Jx9Qw-00001111-aaaa-2222-bbbb-3333cccc4444-ErTyUiOpAsDf', '[masked]'],
])('masks %s', (_what, text, masked) => {
  expect(maskText(text)).toBe(masked);
});

test.each([
  ['a request id', 'request 00001111-aaaa-2222-bbbb-3333cccc4444'],
  ['a homeAccountId', '00001111-aaaa-2222-bbbb-3333cccc4444.55556666-dddd-7777-eeee-8888ffff9999'],
  ['our own long names', 'subscription-validation-failed-because-of-the-address'],
  ['a path of Graph', 'GET /me/mailFolders/inbox/messages/delta'],
  ['a failure', 'code: graph-busy, status 503 after 1.5 s'],
])('leaves %s readable', (_what, text) => {
  expect(maskText(text)).toBe(text);
});

test('masks in linear time whatever the text', () => {
  for (const text of [
    'a'.repeat(8_000),
    'a@'.repeat(4_000),
    'a.'.repeat(4_000),
    'eyJ'.repeat(2_700),
    '-'.repeat(8_000),
  ]) {
    const startMs = performance.now();
    maskText(text);
    expect(performance.now() - startMs).toBeLessThan(500);
  }
});

test('a text of any length leaves no half of a secret at its cut', () => {
  const secret = 'k3Jx9QwErTyUiOpAsDfGhJkLzXcVbNmk3Jx9QwErTyUiOpAsDfGhJkLzXcVbNm';
  for (let pad = 8_130; pad <= 8_192; pad += 1) {
    const masked = maskText(`https://contoso.example/${'x'.repeat(pad - 26)} ${secret}`);
    expect(masked).not.toContain('k3Jx9');
  }
  expect(maskText('x'.repeat(10_000))).toBe('[too long]');
});

test('a line is one JSON object with instant, level, event and fields', () => {
  const line = formatLine(at, 'info', 'subscription.renewed', { tookMs: 12, ok: true, none: null, left: undefined });
  expect(line).toBe(
    '{"at":"2026-11-21T09:00:00.000Z","level":"info","event":"subscription.renewed","tookMs":12,"ok":true,"none":null}\n',
  );
});

test('a value cannot forge a line, a colour or a direction of writing', () => {
  const line = formatLine(at, 'warn', 'x.y', { why: 'a\r\n{"event":"forged"}\u001b[31m\u0085\u2028\u202eb\u009b' });
  expect(line.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
  expect(JSON.parse(line).why).toBe('a\r\n{"event":"forged"}\u001b[31m\u0085\u2028\u202eb\u009b');
});

test('denied fields are never written, whatever they hold and however they are spelled', () => {
  const line = formatLine(at, 'info', 'x.y', {
    subject: 'Lunch',
    access_token: 'a',
    clientState: 'b',
    WHO: 'Ada',
    mail: 3,
  });
  expect(JSON.parse(line)).toEqual({
    at: at.toISOString(),
    level: 'info',
    event: 'x.y',
    subject: '[denied]',
    access_token: '[denied]',
    clientState: '[denied]',
    WHO: '[denied]',
    mail: 3,
  });
});

test('a field cannot pass for the level or the event', () => {
  const entry = JSON.parse(formatLine(at, 'error', 'x.y', { level: 'info', event: 'other', at: 'never' }));
  expect(entry).toEqual({
    at: at.toISOString(),
    level: 'error',
    event: 'x.y',
    level_: 'info',
    event_: 'other',
    at_: 'never',
  });
});

test('fields end at 256 characters and lines at 2 KiB', () => {
  const long = 'ab '.repeat(1_000);
  const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, `${i}${long}`]));
  const line = formatLine(at, 'info', 'x.y', { ...fields, last: 1 });
  const entry = JSON.parse(line);
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(2_048);
  expect({ cut: entry.cut, length: entry.f0.length, last: entry.last }).toEqual({ cut: true, length: 256, last: 1 });
});

test('keeps five files of at most 1 MiB, readable by the person alone', () => {
  const log = createFileLog({ folder, now: () => at });
  for (let i = 0; i < 24_000; i += 1) log.info('load.line', { i, text: 'ab '.repeat(84) });
  log.close();
  const files = readdirSync(folder).sort();
  expect(files).toEqual(['tidings.log', 'tidings.log.1', 'tidings.log.2', 'tidings.log.3', 'tidings.log.4']);
  for (const name of files) {
    const { size, mode } = statSync(join(folder, name));
    expect(size).toBeLessThanOrEqual(1024 * 1024);
    expect(mode & 0o777).toBe(0o600);
  }
  const newest = readFileSync(log.file, 'utf8').trimEnd().split('\n').at(-1);
  expect(JSON.parse(newest ?? '').i).toBe(23_999);
});

test('goes on after a restart where it stopped, and mirrors what it writes', () => {
  const mirrored: string[] = [];
  for (const run of [1, 2]) {
    const log = createFileLog({ folder, now: () => at, mirror: (line) => mirrored.push(line) });
    log.warn('app.started', { run });
    log.close();
    log.error('app.late', { run });
  }
  const written = readFileSync(join(folder, 'tidings.log'), 'utf8');
  expect(written).toBe(mirrored.filter((line) => line.includes('app.started')).join(''));
  expect(mirrored).toHaveLength(4);
});

test('a disk that refuses does not throw, and the next line says how many are missing', () => {
  const log = createFileLog({ folder, now: () => at });
  const line = (i: number) => log.info('load.line', { i, a: 'ab '.repeat(80), b: 'ab '.repeat(80) });
  // The next line would have to begin a new file, which cannot be made without the folder.
  let lines = 0;
  while (statSync(log.file).size < 1024 * 1024 - 600) line(lines++);
  rmSync(folder, { recursive: true });
  for (let i = 0; i < 7; i += 1) line(i);
  mkdirSync(folder);
  line(99);
  line(100);
  log.close();
  const written = readFileSync(log.file, 'utf8').trimEnd().split('\n');
  expect(written.map((text) => JSON.parse(text)).map(({ i, lost }) => ({ i, lost }))).toEqual([
    { i: 99, lost: 7 },
    { i: 100, lost: undefined },
  ]);
});

test('a folder that cannot be made is told at once', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => createFileLog({ folder: join(folder, 'file', 'logs'), now: () => at })).toThrow(/ENOTDIR/);
});

test('the last lines are read back, oldest first, also from before a rotation and from an earlier run', () => {
  const now = () => new Date('2026-11-21T09:00:00Z');
  const numbers = (lines: readonly string[]) => lines.map((line) => JSON.parse(line).n);
  const first = createFileLog({ folder, now });
  expect(first.recent(5)).toEqual([]);
  for (let n = 0; n < 3; n += 1) first.info('x.y', { n });
  first.close();
  const log = createFileLog({ folder, now });
  log.info('x.y', { n: 3 });
  expect([numbers(log.recent(2)), numbers(log.recent(50))]).toEqual([
    [2, 3],
    [0, 1, 2, 3],
  ]);
  // Until the file is full and a new one begins: the lines wanted then lie in both.
  let n = 4;
  for (; !existsSync(join(folder, 'tidings.log.1')); n += 1) {
    log.info('x.y', {
      n,
      ...Object.fromEntries(Array.from({ length: 6 }, (_, key) => [`k${key}`, 'word '.repeat(40)])),
    });
  }
  log.info('x.y', { n });
  expect(numbers(log.recent(4))).toEqual([n - 3, n - 2, n - 1, n]);
  rmSync(folder, { recursive: true });
  expect(log.recent(4)).toEqual([]);
  log.close();
});

test('what repeats is in the file as a count, at the latest when it is asked for or closed', () => {
  const log = createFileLog({ folder, now: () => at });
  const counts = () =>
    readFileSync(log.file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ attempt, leftOut, lastAt }) => ({ attempt, leftOut, lastAt }));
  for (let attempt = 1; attempt <= 9; attempt += 1) log.warn('tunnel.open-failed', { attempt });
  const before = counts().length;
  log.recent(10);
  const asked = counts().at(-1);
  log.warn('tunnel.open-failed', { attempt: 10 });
  log.close();
  log.close();
  expect([before, asked, counts().slice(4)]).toEqual([
    3,
    { attempt: 9, leftOut: 6, lastAt: at.toISOString() },
    [{ attempt: 10, leftOut: 1, lastAt: at.toISOString() }],
  ]);
});
