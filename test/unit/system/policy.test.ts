import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import { policyPath } from '../../../main/system/folders.ts';
import { readPolicy } from '../../../main/system/policy-file.ts';
import { createSettingsFile } from '../../../main/system/settings-file.ts';

const theirs = '00001111-aaaa-2222-bbbb-3333cccc4444';
const mine = '11112222-bbbb-3333-cccc-4444dddd5555';

function machine(files: { policy?: unknown; settings?: unknown; env?: Record<string, string> }) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'policy.json');
  const write = (file: string, content: unknown) =>
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  if (files.policy !== undefined) write(path, files.policy);
  if (files.settings !== undefined) write(join(folder, 'settings.json'), files.settings);
  const settings = createSettingsFile({
    folder,
    env: files.env ?? {},
    policyPath: path,
    now: () => new Date('2026-11-21T09:00:00Z'),
  });
  return { path, read: () => settings.read() };
}

test.each([
  ['linux', {}, '/etc/tidings/policy.json'],
  ['freebsd', {}, '/etc/tidings/policy.json'],
  ['darwin', {}, '/Library/Application Support/Tidings/policy.json'],
  ['win32', { ProgramData: 'D:\\Data' }, 'D:\\Data\\Tidings\\policy.json'],
  ['win32', { ProgramData: 'relative' }, 'C:\\ProgramData\\Tidings\\policy.json'],
  ['win32', {}, 'C:\\ProgramData\\Tidings\\policy.json'],
])('on %s with %j the policy is where administrators put such files', (platform, env, path) => {
  expect(policyPath({ platform, env })).toBe(path);
});

test('the policy wins over the environment and the file; what it does not name stays the person’s', () => {
  const policy = {
    clientId: theirs,
    authority: 'https://login.microsoftonline.com/contoso.example',
    tunnel: { kind: 'fixedAddress', url: 'https://hooks.contoso.example', port: 8443 },
  };
  const { read } = machine({
    policy,
    settings: { clientId: mine, tunnel: { kind: 'none' }, previews: true },
    env: { TIDINGS_CLIENT_ID: mine, TIDINGS_AUTHORITY: 'https://login.microsoftonline.com/common' },
  });
  expect(read()).toEqual({
    settings: { ...defaultSettings, ...policy, previews: true },
    invalidKeptAs: null,
    problems: [],
    unknownKeys: [],
    managed: { clientId: 'policy', authority: 'policy', tunnel: 'policy' },
  });
});

test('forbidding the tunnel is one line, whatever the person chose', () => {
  const settings = { tunnel: { kind: 'localtunnel', host: 'https://relay.fabrikam.example' } };
  expect(machine({ policy: { tunnel: { kind: 'none' } }, settings }).read().settings.tunnel).toEqual({ kind: 'none' });
});

test.each([
  ['is no JSON', '{ clientId', 'it is not JSON'],
  ['is a list', [], 'Invalid input'],
  ['names no known tunnel', { tunnel: { kind: 'pigeon' }, clientId: theirs }, 'tunnel.kind: '],
  ['has a foreign authority', { authority: 'https://login.contoso.example/x' }, 'authority: must be'],
  ['has a misspelled key', { clientID: theirs }, 'it has keys that are none: clientID'],
  ['would set what is the person’s', { previews: true }, 'it has keys that are none: previews'],
])('a policy that %s is ignored as a whole, named, and left as it is', (_what, policy, why) => {
  const { path, read } = machine({ policy, settings: { clientId: mine } });
  const before = readFileSync(path, 'utf8');
  const { settings, problems, invalidKeptAs } = read();
  expect({ settings, invalidKeptAs }).toEqual({
    settings: { ...defaultSettings, clientId: mine },
    invalidKeptAs: null,
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`The policy file ${path} is ignored: ${why}`);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('a policy that everybody may write is nobody’s policy', () => {
  const { path, read } = machine({ policy: { clientId: theirs } });
  chmodSync(path, 0o666);
  expect(read().settings.clientId).toBeNull();
  expect(read().problems).toEqual([`The policy file ${path} is ignored: everybody may write it.`]);
  // Windows has no such bits; there the folder's access list decides.
  expect(readPolicy(path, 'win32')).toEqual({ settings: { clientId: theirs }, problem: null });
});

test.each<[string, object, Partial<Settings>, string | null]>([
  ['nothing', {}, { cloud: 'global', authority: 'https://login.microsoftonline.com/common' }, null],
  [
    'a cloud alone',
    { settings: { cloud: 'usGov' } },
    { cloud: 'usGov', authority: 'https://login.microsoftonline.us/organizations' },
    null,
  ],
  [
    'an authority alone',
    { settings: { authority: 'https://login.microsoftonline.us/contoso.example' } },
    { cloud: 'usGov', authority: 'https://login.microsoftonline.us/contoso.example' },
    null,
  ],
  [
    'the other cloud of the same sign-in',
    { settings: { cloud: 'usGovDoD', authority: 'https://login.microsoftonline.us/contoso.example' } },
    { cloud: 'usGovDoD', authority: 'https://login.microsoftonline.us/contoso.example' },
    null,
  ],
  [
    'either name of the sign-in in China',
    { settings: { cloud: 'china', authority: 'https://login.partner.microsoftonline.cn/organizations' } },
    { cloud: 'china', authority: 'https://login.partner.microsoftonline.cn/organizations' },
    null,
  ],
  [
    'two that contradict each other',
    { settings: { cloud: 'china', authority: 'https://login.microsoftonline.com/common' } },
    { cloud: 'global', authority: 'https://login.microsoftonline.com/common' },
    'The cloud china does not belong to the authority, so the cloud global is used.',
  ],
  [
    'a cloud by policy and an authority by the person',
    { policy: { cloud: 'usGov' }, settings: { authority: 'https://login.microsoftonline.com/common' } },
    { cloud: 'usGov', authority: 'https://login.microsoftonline.us/organizations' },
    'The authority is not one of the cloud usGov, so https://login.microsoftonline.us/organizations is used.',
  ],
])('cloud and authority always fit together: %s', (_what, files, expected, problem) => {
  const { settings, problems } = machine(files).read();
  expect({ cloud: settings.cloud, authority: settings.authority }).toEqual(expected);
  expect(problems).toEqual(problem === null ? [] : [problem]);
});
