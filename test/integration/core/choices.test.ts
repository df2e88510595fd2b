import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ada, minute, second, startLife } from './life.ts';

const from = 'Grace Roe <grace@fabrikam.example>';

test('signing out without a network takes three seconds, leaves nothing here, and says what could not be done', async () => {
  const life = await startLife();
  await life.begin();
  await life.cloud.offline(true);
  const shown = life.toasts.length;
  const startedAt = performance.now();
  await life.app.signOut(ada);
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  await life.settle();
  const { app } = await life.app.glance();
  expect([app.accounts, life.toastsSince(shown)]).toEqual([
    [],
    [
      `Signed out on this computer | ${ada} is signed out and its data is gone from here. Microsoft could not be told; what it still sends is refused and ends by itself within 7 days.`,
    ],
  ]);
  // Nobody is brought back by the next start, and Graph's leftovers go as soon as the person signs in again.
  await life.app.quit();
  await life.cloud.offline(false);
  await life.begin();
  expect(life.cloud.graph.subscriptions(ada)).toHaveLength(2);
});

test('previews are asked for when they are turned on, and not before', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.quit();
  const settings = join(life.folder, 'settings.json');
  writeFileSync(settings, JSON.stringify({ previews: true }));
  await life.startApp();
  await life.see('a permission is missing', ({ tooltip }) => tooltip.includes('a permission is missing'));
  // What an earlier run has read was read.
  const { chain } = (await life.view()).health;
  expect(chain.find(({ link }) => link === 'lastEvent')).toEqual({
    link: 'lastEvent',
    verdict: 'waiting',
    text: 'Last look at the mailbox; the next one follows the sign-in.',
    since: '2026-11-21T09:00:00.000Z',
  });
  await life.app.clickMenu('Sign in again');
  await life.settle();
  const [page = ''] = life.browserPages;
  const query = new URL(page).searchParams;
  expect({ scopes: query.get('scope')?.split(' ').slice(0, 2).sort(), hint: query.get('login_hint') }).toEqual({
    scopes: ['Calendars.Read', 'Mail.Read'],
    hint: ada,
  });
  await life.signIn({ username: ada });
  await life.signedIn();
  await life.see('all is good', ({ app }) => app.health.state === 'allGood');
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toEqual({ previews: true });
});

test('an administrator’s policy forbids the tunnel whatever the person chose; then Tidings checks every minute', async () => {
  const life = await startLife();
  writeFileSync(life.policyFile, JSON.stringify({ tunnel: { kind: 'none' } }));
  await life.begin();
  const { app } = await life.app.glance();
  expect([app.health.headline, life.cloud.graph.subscriptions(ada)]).toEqual(['All good: checks every minute', []]);
  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'Found by looking', from });
  await life.advance(65 * second);
  expect(life.toastsSince(shown)).toEqual(['Grace Roe | Found by looking']);
});

test('a policy that is not understood is named and ignored', async () => {
  const life = await startLife();
  writeFileSync(life.policyFile, '{ tunnel: none }');
  await life.startApp();
  const { app } = await life.app.glance();
  expect([app.health.state, app.health.explanation]).toEqual([
    'configurationError',
    `The policy file ${life.policyFile} is ignored: it is not JSON.`,
  ]);
  expect(readFileSync(life.policyFile, 'utf8')).toBe('{ tunnel: none }');
});

test('lifecycle events of a kind nobody knows yet are counted and shown, and change nothing else', async () => {
  const life = await startLife();
  await life.begin();
  for (const name of ['mailboxMoved', 'mailboxMoved', 'tenantRenamed']) {
    life.cloud.graph.challenge(ada, name, 'messages');
    await life.settle();
  }
  await life.advance(5 * second);
  const { app } = await life.app.glance();
  expect([app.health.state, app.health.notices]).toEqual([
    'allGood',
    [
      {
        code: 'something-new',
        headline: 'Microsoft sent something new',
        explanation:
          '3 events of a kind this version does not know (last: tenantRenamed). Nothing is lost: Tidings reads your mailbox itself. A newer version may know more.',
        remedy: null,
        accountId: null,
        accountName: null,
        since: app.health.notices[0]?.since,
      },
    ],
  ]);
});

test.each([
  ['slow', -40, '(39|40)'],
  ['fast', 90, '(90|91)'],
])(
  'with a clock that is far too %s nothing new is lost and nothing old is announced',
  async (word, minutesAhead, minutes) => {
    const life = await startLife();
    const mailbox = life.cloud.graph.mailbox(ada);
    mailbox.deliver({ subject: 'Old', from });
    await life.advance(2 * minute);
    await life.app.start(life.now().getTime() + minutesAhead * minute);
    await life.settle();
    await life.app.clickMenu('Sign in');
    await life.settle();
    // Received in the same second as the sign-in: Graph's instants have whole seconds.
    mailbox.deliver({ subject: 'At that moment', from });
    await life.signIn({ username: ada });
    await life.signedIn();
    const appTime = (): number => life.now().getTime() + minutesAhead * minute;
    const pass = (ms: number) =>
      life.app.advance(appTime() + ms, async (appNowMs) => {
        const ahead = appNowMs - appTime();
        if (ahead > 0) await life.cloud.clock.advance(ahead);
        await life.settle();
      });
    await pass(10 * second);
    mailbox.deliver({ subject: 'Right after', from });
    await pass(30 * second);
    // A delta link that has died makes for a whole new round, which compares instants.
    mailbox.expireDelta();
    mailbox.deliver({ subject: 'Later', from });
    await pass(4 * minute);
    const { app, alerts } = await life.app.glance();
    expect({
      alerts: alerts.map(({ subject }) => subject).sort(),
      toasts: life.toasts.map(({ body }) => body).sort(),
      subscriptions: life.cloud.graph.subscriptions(ada).length,
      notice: app.health.notices.map(({ headline }) => headline),
    }).toEqual({
      alerts: ['At that moment', 'Later', 'Right after'],
      toasts: ['At that moment', 'Later', 'Right after'],
      subscriptions: 2,
      // The stage moves the app before the cloud, by a minute at most.
      notice: [expect.stringMatching(`^The clock of this computer is ${minutes} minutes ${word}$`)],
    });
  },
);
