import { expect, test } from 'vitest';
import { ada, minute, sam, startLife } from './life.ts';

const from = 'Grace Roe <grace@fabrikam.example>';
const names = (life: { accounts: readonly { username: string; session: string }[] }) =>
  life.accounts.map(({ username, session }) => `${username} ${session}`).sort();

test('another account can be added while the first one waits for its person; the page asks which', async () => {
  const life = await startLife();
  await life.begin();
  await life.advance(11 * minute);
  life.cloud.entra.resetPassword(ada, { newPassword: 'new and long' });
  await life.see('sign in needed', ({ app }) => app.health.state === 'signInRequired', 5 * minute);

  await life.app.addAccount();
  await life.settle();
  const [page = ''] = life.browserPages;
  const query = new URL(page).searchParams;
  expect({ prompt: query.get('prompt'), hint: query.get('login_hint') }).toEqual({
    prompt: 'select_account',
    hint: null,
  });
  await life.signIn({ username: sam });
  await life.signedIn();
  const { app } = await life.see('both', (glance) => glance.app.accounts.length === 2);
  expect(names(app)).toEqual([`${ada} signInRequired`, `${sam} signedIn`]);
});

test('who signs in with another account than asked for is offered to add it instead', async () => {
  const life = await startLife();
  await life.begin();
  await life.advance(11 * minute);
  life.cloud.entra.resetPassword(ada, { newPassword: 'new and long' });
  await life.see('sign in needed', ({ app }) => app.health.state === 'signInRequired', 5 * minute);

  await life.click('Sign in again', { username: sam });
  const { app } = await life.see('the offer', (glance) => glance.app.signIn.kind === 'failed');
  expect([app.signIn, names(app)]).toEqual([
    {
      kind: 'failed',
      userMessage: `You signed in as ${sam}, but ${ada} needs the sign-in. Please try again with that account.`,
      handOn: null,
      offerToAdd: sam,
    },
    [`${ada} signInRequired`],
  ]);
  await life.app.addAccount();
  await life.settle();
  await life.signIn({ username: sam });
  await life.signedIn();
  await life.see('both', (glance) => glance.app.accounts.length === 2);
  await life.click('Sign in again');
  await life.see('all is good', (glance) => glance.app.health.state === 'allGood');
});

test('after a night each account tells its own news, by name; the unread count is the sum of both', async () => {
  const life = await startLife();
  await life.begin();
  await life.app.addAccount();
  await life.settle();
  await life.signIn({ username: sam });
  await life.signedIn();
  await life.see('both', ({ app }) => app.accounts.length === 2 && app.health.state === 'allGood');
  const shown = life.toasts.length;
  const before = (await life.view()).unreadCount ?? 0;
  life.cloud.graph.rules({ challengeOnRevoke: false });
  life.cloud.graph.notifications.drop(100);
  for (const [to, subject] of [
    [ada, 'One'],
    [ada, 'Two'],
    [sam, 'Three'],
  ] as const) {
    life.cloud.graph.mailbox(to).deliver({ subject, from });
  }
  await life.sleep(9 * 60 * minute);
  await life.see('all is good', ({ app }) => app.health.state === 'allGood', 2 * minute);
  expect([...life.toastsSince(shown)].sort()).toEqual([
    `1 message | while this computer slept, since 10:00 (${sam})`,
    `2 messages | while this computer slept, since 10:00 (${ada})`,
  ]);
  expect((await life.view()).unreadCount).toBe(before + 3);
});
