/** What only the person can mend: one clear prompt, and nothing lost meanwhile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readPlayedKeyring, writePlayedKeyring } from '../tools/played-keyring.ts';
import { ada, atHome, type FaultTest, minute, second } from './context.ts';
import { startNative } from './native.ts';

const revoked: FaultTest = {
  goals: [],
  plays: ['identity.revoked'],
  name: 'the refresh token is revoked',
  async run({ verdicts }) {
    await atHome({}, async (home) => {
      home.cloud.entra.revokeSessions(ada);
      const seen = await home.see('it is said', ({ app }) => app.health.state === 'signInRequired', 5 * minute);
      home.cloud.graph.mailbox(ada).deliver({ subject: 'While revoked' });
      await home.advance(30 * minute);
      const prompts = home.toasts.filter(({ key }) => key.startsWith('sign-in:')).length;
      await home.click('Sign in again');
      const took = await home.see(
        'well again',
        ({ app, alerts }) =>
          app.health.state === 'allGood' && alerts.some(({ subject }) => subject === 'While revoked'),
        5 * minute,
      );
      verdicts.check(
        'F identity.revoked',
        'the refresh token is revoked',
        `said after ${seen / second} s, ${prompts} prompt in half an hour, well ${took / second} s after the sign-in`,
        'within 120 s, 1 prompt, 0 lost, ≤ 60 s',
        seen <= 2 * minute && prompts === 1 && took <= minute,
      );
    });
  },
};

const noPort: FaultTest = {
  goals: [],
  plays: ['identity.port-taken'],
  name: 'no port for the redirect',
  async run({ verdicts }) {
    const native = startNative();
    const [what, wanted] = ['no port for the redirect can be had', 'says so, and the next try works'];
    if (typeof native === 'string') return verdicts.notRun('F identity.port-taken', what, wanted, native);
    try {
      await atHome({ signedIn: false, env: native.env }, async (home) => {
        await home.startApp();
        native.set('no-ports', true);
        await home.app.clickMenu('Sign in').catch(() => {});
        let signIn = (await home.app.glance()).app.signIn;
        for (const endAt = performance.now() + 30_000; signIn.kind === 'waitingForBrowser'; await delay(20)) {
          signIn = (await home.app.glance()).app.signIn;
          if (performance.now() > endAt) break;
        }
        const pages = home.browserPages.length;
        native.set('no-ports', false);
        await home.click('Sign in');
        await home.isGood();
        const says = signIn.kind === 'failed' ? signIn.userMessage : signIn.kind;
        verdicts.check(
          'F identity.port-taken',
          what,
          `“${says}”, ${pages} pages opened in vain, then signed in`,
          wanted,
          signIn.kind === 'failed' && pages === 0,
        );
      });
    } finally {
      native.stop();
    }
  },
};

const denied: FaultTest = {
  goals: [],
  plays: ['identity.keyring-denied'],
  name: 'the keyring takes nothing',
  async run({ verdicts }) {
    await atHome({ signedIn: false }, async (home) => {
      const keyring = join(home.app.folder, 'keyring.json');
      writeFileSync(keyring, JSON.stringify({ locked: false, denied: true, secrets: {} }), { mode: 0o600 });
      await home.startApp();
      await home.click('Sign in');
      await home.isGood();
      const { storageNote } = (await home.app.glance()).app;
      await home.app.kill();
      writePlayedKeyring(keyring, { ...readPlayedKeyring(keyring), denied: false });
      await home.startApp();
      const after = await home.state();
      await home.click((await home.app.glance()).menu.includes('Sign in again') ? 'Sign in again' : 'Sign in');
      await home.isGood();
      const last = (await home.app.glance()).app.storageNote;
      verdicts.check(
        'F identity.keyring-denied',
        'the person denies the keyring, then does not',
        `works, says “${storageNote}”; after a restart “${after}”, then kept`,
        'works, says so; one sign-in after a restart',
        storageNote !== null && ['notSetUp', 'signInRequired'].includes(after) && last === null,
      );
    });
  },
};

export const identity: readonly FaultTest[] = [revoked, noPort, denied];
