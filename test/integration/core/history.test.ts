import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readPlayedKeyring, writePlayedKeyring } from '../../tools/played-keyring.ts';
import { ada, minute, startLife } from './life.ts';

const from = 'Grace Roe <grace@fabrikam.example>';
const subjects = (glance: { readonly alerts: readonly { readonly subject: string }[] }) =>
  glance.alerts.map(({ subject }) => subject).sort();

test('a damaged history is kept aside and begun anew; nobody has to sign in, nothing is missed, and it is told once', async () => {
  const life = await startLife();
  await life.begin();
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Before', from });
  await life.see('it', (glance) => glance.alerts.length === 1);
  await life.app.quit();
  for (const ending of ['-wal', '-shm']) rmSync(join(life.folder, `history.db${ending}`), { force: true });
  writeFileSync(join(life.folder, 'history.db'), 'SQLite format 3\0 and then nothing that makes sense'.repeat(200));
  // The disk has the machine's time; in this life it was written when the app wrote last.
  utimesSync(join(life.folder, 'history.db'), life.now(), life.now());
  await life.advance(15 * minute);
  life.cloud.graph.mailbox(ada).deliver({ subject: 'While it was damaged', from });

  const shown = life.toasts.length;
  await life.startApp();
  const { app } = await life.see('all is good', (glance) => glance.app.health.state === 'allGood');
  expect(app.health.notices.map(({ code, headline }) => [code, headline])).toEqual([
    ['history-rebuilt', 'Your earlier list is gone'],
  ]);
  expect(life.toastsSince(shown).filter((text) => text.startsWith('Your earlier list is gone'))).toHaveLength(1);
  expect(subjects(await life.app.glance())).toContain('While it was damaged');
  expect(readdirSync(life.folder).filter((name) => name.startsWith('history.db.damaged-'))).toHaveLength(1);
  expect(life.browserPages).toEqual([]);

  await life.app.quit();
  const again = life.toasts.length;
  await life.startApp();
  const second = await life.see('all is good', (glance) => glance.app.health.state === 'allGood');
  expect([life.toastsSince(again), second.app.health.notices]).toEqual([[], []]);
});

test('a history that a newer version wrote is left untouched; Tidings tells what happens, and that it will forget it', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.quit();
  const file = join(life.folder, 'history.db');
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 999');
  database.close();
  const before = readFileSync(file);

  await life.startApp();
  await life.advance(minute);
  const { app, menu } = await life.app.glance();
  expect({ state: app.health.state, headline: app.health.headline, offers: menu[1] }).toEqual({
    state: 'configurationError',
    headline: 'History is not kept',
    offers: 'Open settings folder',
  });
  expect(app.health.explanation).toContain('was written by a newer version of Tidings and was left as it is');
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Told all the same', from });
  await life.see('it', (glance) => subjects(glance).includes('Told all the same'));
  expect(app.accounts.map(({ session }) => session)).toEqual(['signedIn']);
  await life.app.quit();
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a keyring that opens late brings the sign-in back; it is not taken for one that was left over', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.quit();
  const keyring = join(life.app.folder, 'keyring.json');
  writePlayedKeyring(keyring, { ...readPlayedKeyring(keyring), locked: true });
  await life.startApp();
  await life.advance(minute);
  writePlayedKeyring(keyring, { ...readPlayedKeyring(keyring), locked: false });
  await life.advance(10 * minute);
  await life.app.quit();
  await life.startApp();
  const { app } = await life.see('all is good', (glance) => glance.app.health.state === 'allGood', 2 * minute);
  expect([app.accounts.map(({ username }) => username), life.browserPages]).toEqual([[ada], []]);
  expect(existsSync(join(life.folder, 'history.db'))).toBe(true);
});
