import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../main/domain/failure.ts';
import { defaultSettings, type Settings } from '../../../main/domain/settings.ts';
import { createSettingsDesk } from '../../../main/system/settings-desk.ts';
import { createSettingsFile } from '../../../main/system/settings-file.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';

function machine(given: { settings?: unknown; policy?: unknown; env?: Record<string, string> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-desk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'settings.json');
  const policyPath = join(folder, 'policy.json');
  if (given.settings !== undefined) writeFileSync(path, JSON.stringify(given.settings));
  if (given.policy !== undefined) writeFileSync(policyPath, JSON.stringify(given.policy));
  const now = () => new Date('2026-11-21T09:00:00Z');
  const log = createRecordingLog();
  const desk = createSettingsDesk({ file: createSettingsFile({ folder, env: given.env ?? {}, policyPath, now }), log });
  desk.reopen();
  let changes = 0;
  desk.onChange(() => {
    changes += 1;
  });
  return {
    desk,
    log,
    file: () => JSON.parse(readFileSync(path, 'utf8')),
    changes: () => changes,
    refusal(change: unknown): string {
      try {
        desk.change(change as Partial<Settings>);
      } catch (error) {
        if (error instanceof Failure && error.code === 'configuration') return error.userMessage;
        throw error;
      }
      return 'taken';
    },
  };
}

test('what can take effect at once does; what decides how Tidings connects waits for a core that starts anew', () => {
  const { desk, file } = machine({ settings: { colour: 'blue', previews: false } });
  desk.change({ theme: 'dark', previews: true, quietHours: { ...defaultSettings.quietHours, enabled: true } });
  const { theme, previews, quietHours } = desk.current();
  expect({ theme, previews, quiet: quietHours.enabled, waits: desk.waits(), stored: desk.stored().previews }).toEqual({
    theme: 'dark',
    previews: false,
    quiet: true,
    waits: true,
    stored: true,
  });
  desk.reopen();
  expect([desk.current().previews, desk.waits()]).toEqual([true, false]);
  // Keys that this version does not know are somebody's, and stay.
  expect(file()).toMatchObject({ colour: 'blue', theme: 'dark', previews: true, quietHours: { enabled: true } });
});

test('a change is told once, and what is so already is neither told nor written', () => {
  const { desk, changes, log } = machine({ settings: { theme: 'dark' } });
  desk.change({ theme: 'dark', previews: false });
  expect([changes(), log.entries]).toEqual([0, []]);
  desk.change({ theme: 'light', contentLevel: 'full' });
  expect([changes(), log.entries]).toEqual([1, [{ event: 'settings.changed', fields: { keys: 'theme' } }]]);
});

test.each([
  [
    'a policy',
    { policy: { tunnel: { kind: 'none' } } },
    { tunnel: { kind: 'localtunnel', host: 'https://a.example' } },
    'The way Microsoft reaches Tidings is set by your administrator for this computer and cannot be changed here.',
  ],
  [
    'the environment',
    { env: { TIDINGS_CLIENT_ID: clientId } },
    { clientId: clientId.replaceAll('0', '9') },
    'The client id is set by the environment variable TIDINGS_CLIENT_ID and cannot be changed here.',
  ],
  [
    'a policy, by way of the cloud',
    { policy: { authority: 'https://login.microsoftonline.com/contoso.example' } },
    { cloud: 'china' },
    'The sign-in address is set by your administrator for this computer and cannot be changed here.',
  ],
])('what %s has set is refused by name, and nothing is written', (_who, given, change, sentence) => {
  const { refusal, file, changes, desk } = machine({ ...given, settings: { previews: true } });
  const before = desk.current();
  expect(refusal({ ...change, theme: 'dark' })).toBe(sentence);
  expect([file(), changes(), desk.current()]).toEqual([{ previews: true }, 0, before]);
});

test('a managed setting may be handed back as it is, beside one that is the person’s', () => {
  const { desk, refusal } = machine({ policy: { tunnel: { kind: 'none' } } });
  expect(desk.managed()).toEqual(['tunnel']);
  expect(refusal({ tunnel: { kind: 'none' }, theme: 'dark' })).toBe('taken');
  expect(desk.current().theme).toBe('dark');
});

test.each([
  [{ contentLevel: 'everything' }, 'This setting is not allowed: contentLevel: '],
  [
    { tunnel: { kind: 'fixedAddress', url: 'https://192.168.1.5', port: 4001 } },
    'This setting is not allowed: tunnel.url: must be a host name that Microsoft can reach from the internet.',
  ],
  [{ cloud: 'moon' }, 'This setting is not allowed: cloud: '],
  [{ authority: 'https://evil.example/common' }, 'This setting is not allowed: authority: must be https://HOST/TENANT'],
  [
    { cloud: 'china', authority: 'https://login.microsoftonline.com/contoso.example' },
    'This sign-in address does not belong to the chosen cloud.',
  ],
])('a value that is not allowed is refused with the reason and changes nothing: %j', (change, sentence) => {
  const { refusal, desk, changes } = machine();
  expect(refusal({ theme: 'dark', ...change })).toContain(sentence);
  expect([desk.stored(), changes()]).toEqual([defaultSettings, 0]);
});

test('who chooses a cloud gets its sign-in, and who chooses a sign-in gets its cloud', () => {
  const { desk } = machine();
  desk.change({ cloud: 'usGov' });
  const { cloud, authority } = desk.stored();
  expect([cloud, authority]).toEqual(['usGov', 'https://login.microsoftonline.us/organizations']);
  // The same sign-in serves two clouds: then the tenant that was chosen stays.
  desk.change({ authority: 'https://login.microsoftonline.us/contoso.example' });
  desk.change({ cloud: 'usGovDoD' });
  expect(desk.stored()).toMatchObject({
    cloud: 'usGovDoD',
    authority: 'https://login.microsoftonline.us/contoso.example',
  });
  desk.change({ authority: 'https://login.microsoftonline.com/common' });
  expect(desk.stored()).toMatchObject({ cloud: 'global', authority: 'https://login.microsoftonline.com/common' });
});

test('what was wrong with the file at the start is told by the first core', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-desk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'settings.json'), '{ not JSON');
  const now = () => new Date('2026-11-21T09:00:00Z');
  const desk = createSettingsDesk({ file: createSettingsFile({ folder, env: {}, now }), log: createRecordingLog() });
  const kept = 'settings.invalid-2026-11-21T09-00-00.json';
  expect([desk.reopen().invalidKeptAs, desk.reopen().invalidKeptAs]).toEqual([kept, null]);
});
