import { expect, test } from 'vitest';
import { defaultClientId } from '../../cloud/entra/accounts.ts';
import { ada, minute, startLife } from './life.ts';

test('whoever needs an administrator at the very first sign-in is told so, with a text and a link to hand on, and tries again when it is done', async () => {
  const life = await startLife();
  const { entra } = life.cloud;
  entra.setAdminOnlyScopes(['Mail.ReadBasic', 'Calendars.Read']);
  await life.startApp();
  await life.click('Sign in');
  const { app, menu, tooltip } = await life.see('the block', (glance) => glance.app.health.state === 'blocked');

  expect({ tooltip, offers: menu[1] }).toEqual({
    tooltip: 'Tidings – Blocked by your organisation: an administrator must approve Tidings',
    offers: 'Try to sign in again…',
  });
  const [warning] = app.health.warnings;
  const link = new URL(warning?.handOn?.link ?? 'about:blank');
  expect({ at: link.origin + link.pathname, app: link.searchParams.get('client_id') }).toEqual({
    at: 'https://login.microsoftonline.com/organizations/v2.0/adminconsent',
    app: defaultClientId,
  });
  expect(warning?.handOn?.text.split('\n')).toEqual([
    'My account cannot sign in to the desktop app Tidings: an administrator has to approve it (AADSTS90094), Sat 21 Nov, 10:00.',
    `Its application (client) id is ${defaultClientId}.`,
    'It asks for these delegated permissions of Microsoft Graph, for the signed-in person’s own mailbox only:',
    '- Mail.ReadBasic: sender, subject and time of new mail, never its text',
    '- Calendars.Read: meetings that are new, moved or cancelled',
    'Tidings runs on this computer alone and sends nothing of it to anybody.',
    'To approve it for the organisation, please open this link as an administrator:',
    link.href,
  ]);
  expect(app.signIn).toMatchObject({ kind: 'failed', handOn: { link: link.href } });

  entra.grantAdminConsent(ada, defaultClientId, ['Mail.ReadBasic', 'Calendars.Read']);
  await life.click('Try to sign in again');
  await life.see('all is good', (glance) => glance.app.health.state === 'allGood');
});

test('an account that a rule shuts out is left alone, explains itself, and comes back with all that it missed', async () => {
  const life = await startLife();
  await life.begin();
  await life.advance(11 * minute);
  life.cloud.entra.blockByPolicy(ada);
  const { app } = await life.see('the block', (glance) => glance.app.health.state === 'blocked', 5 * minute);
  const [warning] = app.health.warnings;
  expect(warning?.handOn).toMatchObject({ link: null });
  expect(warning?.handOn?.text).toContain(
    `${ada} cannot sign in to the desktop app Tidings: a Conditional Access rule refuses it (AADSTS53003)`,
  );

  const asked = life.cloud.requests.length;
  const shown = life.toasts.length;
  life.cloud.graph.mailbox(ada).deliver({ subject: 'While shut out', from: 'Grace Roe <grace@fabrikam.example>' });
  await life.advance(20 * minute);
  const hosts = life.cloud.requests.slice(asked).map(({ host }) => host);
  expect(hosts.filter((host) => host.includes('login') || host.includes('graph'))).toEqual([]);

  life.cloud.entra.blockByPolicy(ada, null);
  await life.click('Try to sign in again');
  await life.see('all is good', (glance) => glance.app.health.state === 'allGood');
  expect(life.toastsSince(shown)).toHaveLength(1);
  expect((await life.app.glance()).alerts.map(({ subject }) => subject)).toEqual(['While shut out']);
});
