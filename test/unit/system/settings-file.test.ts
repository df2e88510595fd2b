import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { defaultSettings } from '../../../main/domain/settings.ts';
import { type BuiltInSettings, createSettingsFile } from '../../../main/system/settings-file.ts';

const inFile = '00001111-aaaa-2222-bbbb-3333cccc4444';
const inEnv = '11112222-bbbb-3333-cccc-4444dddd5555';
const builtIn = '22223333-cccc-4444-dddd-5555eeee6666';
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-settings-'));
  path = join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (env: Record<string, string> = {}, built: BuiltInSettings = {}) =>
  createSettingsFile({ folder, env, builtIn: built, now: () => new Date('2026-11-21T09:00:00Z') });
const put = (content: unknown) => writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
const stored = () => JSON.parse(readFileSync(path, 'utf8'));
const failureOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
  return 'none';
};

test('without a file the defaults hold, and none is made', () => {
  expect(open().read()).toEqual({
    settings: defaultSettings,
    invalidKeptAs: null,
    problems: [],
    unknownKeys: [],
    managed: {},
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('the environment wins over the file, the file over what was built in', () => {
  const built = { clientId: builtIn, authority: 'https://login.microsoftonline.us/common' };
  expect(open({}, built).read().settings).toMatchObject(built);
  put({ clientId: inFile, authority: 'https://login.microsoftonline.com/contoso.example' });
  expect(open({}, built).read().settings).toMatchObject({
    clientId: inFile,
    authority: 'https://login.microsoftonline.com/contoso.example',
  });
  const env = {
    TIDINGS_CLIENT_ID: ` ${inEnv} `,
    TIDINGS_AUTHORITY: 'https://login.microsoftonline.com/organizations/',
  };
  expect(open(env, built).read().settings).toMatchObject({
    clientId: inEnv,
    authority: 'https://login.microsoftonline.com/organizations',
  });
});

test('every setting can stand in the file; keys not known are told', () => {
  const settings = {
    clientId: inFile,
    authority: 'https://login.microsoftonline.com/common',
    cloud: 'global',
    tunnel: { kind: 'fixedAddress', url: 'https://hooks.contoso.example:8443', port: 4001 },
    previews: true,
    contentLevel: 'countOnly',
    theme: 'dark',
    mail: {
      announce: 'vips',
      vips: ['grace@contoso.example', '@fabrikam.example'],
      folders: [{ account: 'a.b', id: 'f1', name: 'Bills' }],
    },
    calendar: { announce: true, cancelled: false, declined: true, free: false, allDay: false },
    reminders: { enabled: false, minutesBefore: 5, allDay: false, free: false },
    quietHours: {
      enabled: true,
      spans: [{ days: ['fri'], from: '22:00', to: '06:30' }],
      vipsBreakThrough: false,
      remindersBreakThrough: false,
    },
  };
  put(`\ufeff${JSON.stringify({ ...settings, colour: 'blue' })}`);
  expect(open().read()).toEqual({ settings, invalidKeptAs: null, problems: [], unknownKeys: ['colour'], managed: {} });
});

test.each([
  ['no JSON', '{ clientId: oops', 'it is not JSON'],
  ['an empty file', '', 'it is not JSON'],
  ['a list', [], 'Invalid input: expected object, received array'],
  ['a client id that is no GUID', { clientId: 'my-app' }, 'clientId: must be a GUID such as'],
  [
    'a foreign authority',
    { authority: 'https://login.contoso.example/common' },
    'authority: must be https://HOST/TENANT',
  ],
  ['a look-alike', { authority: 'https://login.microsoftonline.com.contoso.example/common' }, 'authority: must be'],
  [
    'a host hidden behind a user',
    { authority: 'https://login.microsoftonline.com@contoso.example/x' },
    'authority: must',
  ],
  ['an authority without TLS', { authority: 'http://login.microsoftonline.com/common' }, 'authority: must be'],
  [
    'an authority at another port',
    { authority: 'https://login.microsoftonline.com:8443/common' },
    'authority: must be',
  ],
  ['an authority without tenant', { authority: 'https://login.microsoftonline.com/' }, 'authority: must be'],
  ['an authority with two segments', { authority: 'https://login.microsoftonline.com/a/b' }, 'authority: must be'],
  ['a relay without TLS', { tunnel: { kind: 'localtunnel', host: 'http://localtunnel.me' } }, 'tunnel.host: must be'],
  ['an address with a path', { tunnel: { kind: 'fixedAddress', url: 'https://a.example/x', port: 1 } }, 'tunnel.url:'],
  ['a port that is none', { tunnel: { kind: 'fixedAddress', url: 'https://a.example', port: 65_536 } }, 'tunnel.port:'],
  ['an unknown tunnel', { tunnel: { kind: 'pigeon' } }, 'tunnel.kind: '],
  ['a text for a yes', { previews: 'yes' }, 'previews: '],
])('a file with %s is kept aside, named, and the defaults hold', (_what, content, why) => {
  put(content);
  const before = readFileSync(path, 'utf8');
  const reading = open().read();
  expect(reading).toMatchObject({
    settings: defaultSettings,
    invalidKeptAs: 'settings.invalid-2026-11-21T09-00-00.json',
  });
  expect(reading.problems).toHaveLength(1);
  expect(reading.problems[0]).toContain(`is kept as settings.invalid-2026-11-21T09-00-00.json: ${why}`);
  expect(readdirSync(folder)).toEqual(['settings.invalid-2026-11-21T09-00-00.json']);
  expect(readFileSync(join(folder, 'settings.invalid-2026-11-21T09-00-00.json'), 'utf8')).toBe(before);
});

test('two bad files in one second are both kept', () => {
  put('one');
  open().read();
  put('two');
  expect(open().read().invalidKeptAs).toBe('settings.invalid-2026-11-21T09-00-00-2.json');
  expect(readdirSync(folder)).toHaveLength(2);
});

test('a huge file is not read', () => {
  put(`{"clientId":"${inFile}"${' '.repeat(70_000)}}`);
  expect(open().read().problems[0]).toContain('it is too large');
});

test('a bad value in the environment is told and the next source holds', () => {
  put({ clientId: inFile });
  const { settings, problems } = open({
    TIDINGS_CLIENT_ID: 'mine',
    TIDINGS_AUTHORITY: 'https://evil.example/x',
  }).read();
  expect({ settings, told: problems.map((text) => text.split(' is ignored')[0]) }).toEqual({
    settings: { ...defaultSettings, clientId: inFile },
    told: ['TIDINGS_CLIENT_ID', 'TIDINGS_AUTHORITY'],
  });
});

test('an empty client id is none, in the file and in the environment', () => {
  put({ clientId: '' });
  expect(open({ TIDINGS_CLIENT_ID: '' }).read()).toMatchObject({ settings: { clientId: null }, problems: [] });
});

test('writing changes the keys given and keeps the others, unknown ones too, and never what the environment said', () => {
  put({ clientId: inFile, colour: 'blue', previews: false });
  const file = open({ TIDINGS_CLIENT_ID: inEnv });
  file.write({ previews: true, tunnel: { kind: 'none' } });
  expect(stored()).toEqual({ clientId: inFile, colour: 'blue', previews: true, tunnel: { kind: 'none' } });
  expect(readdirSync(folder)).toEqual(['settings.json']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(file.read().settings).toEqual({
    ...defaultSettings,
    clientId: inEnv,
    previews: true,
    tunnel: { kind: 'none' },
  });
});

test('writing makes the folder when there is none', () => {
  rmSync(folder, { recursive: true });
  open().write({ contentLevel: 'senderOnly' });
  expect(stored()).toEqual({ contentLevel: 'senderOnly' });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('writing over a file that is not understood keeps that one aside', () => {
  put('{ oops');
  open().write({ previews: true });
  expect(stored()).toEqual({ previews: true });
  expect(readdirSync(folder)).toContain('settings.invalid-2026-11-21T09-00-00.json');
});

test('a value that is not allowed is refused and the file stays', () => {
  put({ previews: true });
  const authority = 'https://login.contoso.example/common';
  expect(failureOf(() => open().write({ authority }))).toBe('configuration');
  expect(stored()).toEqual({ previews: true });
});

test('a file that cannot be read is told, not replaced', () => {
  mkdirSync(path);
  expect(failureOf(() => open().read())).toBe('configuration');
});

const asRoot = process.getuid?.() === 0;
test.skipIf(asRoot)(
  `a folder that cannot be written leaves the old file whole${asRoot ? ' (not run: root may write everywhere)' : ''}`,
  () => {
    put({ previews: true });
    chmodSync(folder, 0o500);
    expect(failureOf(() => open().write({ previews: false }))).toBe('storage');
    chmodSync(folder, 0o700);
    expect(stored()).toEqual({ previews: true });
  },
);

test('a group of settings may be incomplete: the rest has its defaults', () => {
  put(JSON.stringify({ quietHours: { enabled: true }, mail: { vips: ['  Grace@Contoso.example '] } }));
  const { quietHours, mail } = open().read().settings;
  expect({ quietHours, mail }).toEqual({
    quietHours: { ...defaultSettings.quietHours, enabled: true },
    mail: { announce: 'all', vips: ['grace@contoso.example'], folders: [] },
  });
});

test.each([
  [{ mail: { vips: ['grace'] } }, 'mail.vips.0'],
  [{ quietHours: { spans: [{ days: ['mon'], from: '24:00', to: '07:00' }] } }, 'quietHours.spans.0.from'],
  [{ quietHours: { spans: [{ days: ['funday'], from: '22:00', to: '07:00' }] } }, 'quietHours.spans.0.days.0'],
  [{ reminders: { minutesBefore: -1 } }, 'reminders.minutesBefore'],
  [{ theme: 'pink' }, 'theme'],
])('%j is refused and names %s', (content, where) => {
  put(JSON.stringify(content));
  const { problems, invalidKeptAs } = open().read();
  expect(invalidKeptAs).not.toBeNull();
  expect(problems.join()).toContain(`${where}: `);
});
