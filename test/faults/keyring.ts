/** The keyring missing, locked, emptied, damaged; and what a reset of the password does. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type PlayedKeyring, readPlayedKeyring, writePlayedKeyring } from '../tools/played-keyring.ts';
import { ada, atHome, type FaultTest, type Home, largest, minute, second } from './context.ts';

const keyringOf = (home: Home): string => join(home.app.folder, 'keyring.json');

const states: FaultTest = {
  goals: ['A3', 'A4'],
  plays: ['identity.keyring-locked'],
  name: 'a keyring that is locked, emptied, damaged',
  async run({ verdicts }) {
    const cases: readonly [string, (before: PlayedKeyring) => PlayedKeyring, string][] = [
      ['locked', (before) => ({ ...before, locked: true }), 'memory'],
      ['emptied', () => ({ locked: false, secrets: {} }), 'keyring'],
      [
        'with damaged secrets',
        ({ secrets }) => ({
          locked: false,
          secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, '{"not": what it was'])),
        }),
        'keyring',
      ],
    ];
    const wrong: string[] = [];
    let plain = 0;
    for (const [name, change, storage] of cases) {
      await atHome({}, async (home) => {
        home.cloud.graph
          .mailbox(ada)
          .deliver({ subject: 'Planted subject', from: 'Planted <planted@fabrikam.example>' });
        await home.advance(minute);
        await home.app.quit();
        plain += plainIn(join(home.app.folder, 'app'), [
          'Planted subject',
          'planted@fabrikam.example',
          ...tokensOf(home),
        ]);
        writePlayedKeyring(keyringOf(home), change(readPlayedKeyring(keyringOf(home))));
        await home.startApp();
        const { app, menu } = await home.app.glance();
        if (!['notSetUp', 'signInRequired'].includes(app.health.state)) wrong.push(`${name}: “${app.health.state}”`);
        if ((storage === 'memory') !== (app.storageNote !== null)) wrong.push(`${name}: said “${app.storageNote}”`);
        await home.click(menu.includes('Sign in again') ? 'Sign in again' : 'Sign in');
        await home.isGood().catch((error: unknown) => wrong.push(`${name}: ${String(error)}`));
        plain += plainIn(join(home.app.folder, 'app'), [
          'Planted subject',
          'planted@fabrikam.example',
          ...tokensOf(home),
        ]);
      });
    }
    verdicts.check(
      'A3',
      `${cases.length} keyrings: works after one sign-in, says where tokens are`,
      `${cases.length - new Set(wrong.map((text) => text.split(':')[0])).size}/${cases.length}`,
      'all',
      wrong.length === 0,
      wrong.length === 0 ? undefined : wrong.join('; '),
    );
    verdicts.check(
      'A4',
      'tokens, sender and subject in files of the profile folder',
      `${plain} hits`,
      '0',
      plain === 0,
      'files; the page’s memory is looked at where there is Electron',
    );
  },
};
/** What the played keyring holds, in pieces long enough to be nothing else. */
function tokensOf(home: Home): readonly string[] {
  return Object.values(readPlayedKeyring(keyringOf(home)).secrets).flatMap((text) => text.match(/[\w-]{40,}/g) ?? []);
}
function plainIn(folder: string, words: readonly string[]): number {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .reduce((sum, text) => sum + words.filter((word) => text.includes(word)).length, 0);
}

const resets: FaultTest = {
  goals: ['A6'],
  plays: ['identity.password-reset'],
  name: 'the password is reset',
  async run({ long, dice, verdicts }) {
    const times = long ? 40 : 4;
    const toTray: number[] = [];
    const toSync: number[] = [];
    const wrong: string[] = [];
    await atHome({}, async (home) => {
      const { entra, graph } = home.cloud;
      for (let time = 1; time <= times; time += 1) {
        await home.advance(dice.between(0, 20 * minute));
        graph.rules({ challengeOnRevoke: dice.chance(0.5) });
        const prompts = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length;
        const asked = home.cloud.requests.length;
        const newPassword = `${entra.currentPassword(ada)}!`;
        entra.resetPassword(ada, { newPassword, suberror: dice.pick([null, 'bad_token']) });
        await home.see('it is said', ({ app: { health } }) => health.state === 'signInRequired', 10 * minute);
        const refused = home.cloud.requests.slice(asked).find(({ status }) => status === 400 || status === 401);
        toTray.push(home.now().getTime() - (refused?.at.getTime() ?? 0));
        const subject = `While signed out ${time}`;
        graph.mailbox(ada).deliver({ subject });
        await home.advance(dice.between(minute, 90 * minute));
        const count = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length - prompts;
        if (count !== 1) wrong.push(`${count} prompts`);
        await home.click('Sign in again');
        toSync.push(
          await home.see(subject, ({ alerts }) => alerts.some((alert) => alert.subject === subject), 5 * minute),
        );
        await home.isGood();
      }
    });
    const [tray, sync] = [largest(toTray) / second, largest(toSync) / second];
    verdicts.check(
      'A6',
      `${times} resets at random moments: tray after the first refusal`,
      `at most ${tray.toFixed(1)} s`,
      '≤ 10 s',
      tray <= 10,
    );
    verdicts.check(
      'A6',
      'prompts for each, and changes after the sign-in',
      `${wrong.length === 0 ? 'exactly 1 each' : wrong.join(', ')}; caught up within ${sync.toFixed(0)} s`,
      'exactly 1; ≤ 30 s, 0 lost',
      wrong.length === 0 && sync <= 30,
    );
  },
};

export const keyring: readonly FaultTest[] = [states, resets];
