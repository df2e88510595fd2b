import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultClientId } from '../../cloud/entra/accounts.ts';
import { ada, minute, startLife } from './life.ts';

const canaries = {
  subject: 'Canary-Subject-7731',
  sender: 'Canary Sender',
  address: 'canary.sender@fabrikam.example',
  preview: 'canary-preview-first-words',
  meeting: 'Canary-Meeting-5512',
  location: 'Canary-Room-9',
  vip: 'vip.canary@fabrikam.example',
  vipDomain: '@canary-domain.example',
  folder: 'Canary-Folder',
};

test('the report for a question for help tells how things stand, and nothing of whom or what', async () => {
  const life = await startLife();
  await life.begin();
  const { graph } = life.cloud;
  graph.mailbox(ada).deliver({ subject: canaries.subject, from: `${canaries.sender} <${canaries.address}>` });
  graph.calendar(ada).create({ subject: canaries.meeting, location: canaries.location, start: '2026-11-21T15:00:00Z' });
  await life.see('both are told', ({ alerts }) => alerts.length === 2);
  const hosts = new Set(life.cloud.requests.map(({ host }) => host).filter((host) => host.endsWith('.loca.lt')));
  expect(hosts.size).toBe(1);
  // A change that reconnects, and a lost tunnel: more to be written into the log.
  const refused = await life.app.changeSettings({
    mail: {
      announce: 'all',
      vips: [canaries.vip, canaries.vipDomain],
      folders: [{ account: 'canary-account', id: 'canary-folder-id', name: canaries.folder }],
    },
    tunnel: { kind: 'fixedAddress', url: 'https://canary-host.contoso.example', port: 48_231, expectHost: true },
  });
  expect(refused).toBeNull();
  await life.advance(2 * minute);
  life.cloud.entra.resetPassword(ada, { newPassword: 'Canary-Password-1' });
  await life.see('the person is asked', ({ app }) => app.health.state === 'signInRequired', 10 * minute);

  const text = await life.app.diagnostics();

  const tokens = JSON.stringify(JSON.parse(readFileSync(join(life.folder, '..', 'keyring.json'), 'utf8')));
  const { username, name = 'Ada' } = { username: ada };
  const unsaid = [
    ...Object.values(canaries),
    username,
    username.split('@')[0] ?? '',
    'contoso',
    name,
    defaultClientId,
    life.folder,
    homedir(),
    'canary',
    'loca.lt',
    ...hosts,
    ...[...hosts].map((host) => host.split('.')[0] ?? ''),
    ...(tokens.match(/[A-Za-z0-9_-]{24,}/gu) ?? []),
  ].filter((each) => each.length > 2);
  expect(unsaid.length).toBeGreaterThan(20);
  expect(unsaid.filter((each) => text.toLowerCase().includes(each.toLowerCase()))).toEqual([]);

  expect(
    text
      .split('\n')
      .filter((line) => /^(?:==|state:|warning:|token:|tunnel:|account 1|alerts:|mail:|managed:)/u.test(line)),
  ).toEqual([
    expect.stringMatching(/^== Tidings test, 2026-11-21T09:/u),
    '== Health',
    expect.stringMatching(/^state: signInRequired since 2026-11-21T09:\d\d:\d\d\.\d{3}Z, delivery: push$/u),
    expect.stringMatching(/^warning: sign-in-required \(password-changed\), account 1 since 2026/u),
    expect.stringMatching(/^warning: tunnel-down since 2026/u),
    expect.stringMatching(/^token: bad since 2026/u),
    expect.stringMatching(/^tunnel: bad since 2026/u),
    '== Accounts',
    expect.stringMatching(/^account 1: work, signInRequired \(password-changed\) since 2026/u),
    '== Counts',
    'alerts: 2',
    '== Settings',
    'tunnel: fixed address, port 48231, host checked',
    'mail: all, VIPs: 2, folders: 1',
    'managed: clientId',
    expect.stringMatching(/^== Log, the last \d+ lines$/u),
  ]);
  const lines = text.slice(text.indexOf('== Log')).split('\n').slice(1);
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(lines.map((line) => JSON.parse(line).event)).toContain('core.restarted');
});

test('the report can be made where the settings file was not understood', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.quit();
  writeFileSync(join(life.folder, 'settings.json'), '{ "clientId": canary }');
  await life.startApp();
  const text = await life.app.diagnostics();
  expect(text).toContain('warning: settings-invalid since ');
  expect(text.toLowerCase()).not.toContain('canary');
});
