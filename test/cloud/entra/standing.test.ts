import { expect, test } from 'vitest';
import { readForms, readProblem } from '../browser.ts';
import { aadstsGroups } from './aadsts-table.ts';
import { ada, type EntraRig, startEntraRig } from './rig.ts';

const sam = 'sam@outlook.example';
const hour = 3_600_000;

/** What a quiet refresh is told: error, number, suberror. */
async function told(rig: EntraRig, refreshToken: unknown) {
  const { status, body } = await rig.refresh(refreshToken);
  const { error, error_codes, suberror = null } = body;
  return status === 200 ? 'tokens' : [error, ...(error_codes as number[]), suberror];
}
const titleOf = ({ html }: { html: string }) => /<h1>([^<]*)</.exec(html)?.[1];

test('a second factor: refreshing is refused with claims, the page asks for the code, and then all is well', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.demandSecondFactor(ada);
  const { body } = await rig.refresh(before);
  expect(body).toMatchObject({ error: 'interaction_required', error_codes: [50076], suberror: 'basic_action' });
  const claims = String(body.claims);
  expect(JSON.parse(claims)).toMatchObject({ access_token: { capolids: { essential: true } } });

  const asked = await rig.typePassword({ claims });
  expect(titleOf(asked)).toBe('Enter code');
  const wrong = await rig.press(asked, { code: 'nonsense', action: 'code' });
  expect(readProblem(wrong)).toBe('That code did not work. Check it and try again.');
  const back = await rig.press(wrong, { code: rig.entra.currentCode(ada), action: 'code' });
  expect(() => rig.entra.currentCode(ada)).toThrow('No code was sent');
  const { body: fresh } = await rig.token({ code: readForms(back)[0]?.fields.code ?? '' });
  expect(await told(rig, fresh.refresh_token)).toBe('tokens');
  expect(await told(rig, before)).toEqual(['interaction_required', 50076, 'basic_action']);
  rig.entra.demandSecondFactor(ada, 'off');
  expect(await told(rig, before)).toBe('tokens');
});

test('a second factor that is not set up is set up at the sign-in, once', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.demandSecondFactor(ada, 'notEnrolled');
  expect(await told(rig, before)).toEqual(['interaction_required', 50079, 'basic_action']);
  expect(titleOf(await rig.typePassword())).toBe('More information required');
  await rig.signedIn();
  expect(titleOf(await rig.typePassword())).toBe('Enter code');
  expect(await told(rig, before)).toEqual(['interaction_required', 50076, 'basic_action']);
});

test('a policy that keeps an account out: no refresh, and a page that leads nowhere but to another account', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.blockByPolicy(ada);
  expect(await told(rig, before)).toEqual(['invalid_grant', 53003, 'message_only']);
  const shown = await rig.typePassword();
  expect([titleOf(shown), readProblem(shown)]).toEqual([
    'You cannot access this right now',
    'AADSTS53003: Access is blocked by policy.',
  ]);
  expect(titleOf(await rig.press(shown, { action: 'pick' }))).toBe('Sign in');
  rig.entra.blockByPolicy(ada, 530003);
  expect(await told(rig, before)).toEqual(['invalid_grant', 530003, 'message_only']);
  rig.entra.blockByPolicy(ada, null);
  expect(await told(rig, before)).toBe('tokens');
});

test('a locked account neither refreshes nor signs in until it is unlocked', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.setLocked(ada, true);
  expect(await told(rig, before)).toEqual(['invalid_grant', 50053, null]);
  expect(readProblem(await rig.typePassword())).toMatch(/^Your account is locked/);
  rig.entra.setLocked(ada, false);
  expect(await told(rig, before)).toBe('tokens');
});

test('sign-in frequency is measured from the sign-in, not from the last refresh', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.setSignInFrequency(ada, 8 * hour);
  await rig.clock.advance(7 * hour);
  expect(await told(rig, before)).toBe('tokens');
  await rig.clock.advance(hour);
  expect(await told(rig, before)).toEqual(['invalid_grant', 70043, null]);
  expect(await told(rig, await rig.signedIn())).toBe('tokens');
});

test.each([
  { aadsts: 50055, refusesRefresh: true, quiet: ['invalid_grant', 50055, 'user_password_expired'] },
  { aadsts: 50144, refusesRefresh: true, quiet: ['invalid_grant', 50144, 'user_password_expired'] },
  { aadsts: 50055, refusesRefresh: false, quiet: 'tokens' },
] as const)(
  'an expired password ($aadsts, refresh refused: $refusesRefresh) is changed at the sign-in',
  async (how) => {
    const rig = await startEntraRig();
    const before = await rig.signedIn();
    rig.entra.expirePassword(ada, { aadsts: how.aadsts, refusesRefresh: how.refusesRefresh });
    expect(await told(rig, before)).toEqual(how.quiet);
    const asked = await rig.typePassword();
    expect(titleOf(asked)).toBe('Update your password');
    const short = await rig.press(asked, { 'new-password': 'short', action: 'change-password' });
    expect(readProblem(short)).toBe('Choose another password, of at least 8 characters.');
    const back = await rig.press(short, { 'new-password': 'a longer secret', action: 'change-password' });
    expect([readForms(back)[0]?.fields.code, rig.entra.currentPassword(ada)]).toEqual([
      expect.any(String),
      'a longer secret',
    ]);
    expect(await told(rig, before)).toBe('tokens');
  },
);

test('refresh tokens that count as unused for 90 days are refused, and new ones are good', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  rig.entra.expireRefreshTokens(ada);
  expect(await told(rig, before)).toEqual(['invalid_grant', 700082, null]);
  expect(await told(rig, await rig.signedIn())).toBe('tokens');
});

test.each(Object.entries(aadstsGroups))(
  'every number of the group %s can be commanded, with what belongs to it',
  async (_, numbers) => {
    const rig = await startEntraRig();
    for (const aadsts of numbers) {
      rig.entra.failNextToken({ kind: 'error', aadsts });
      const { status, body } = await rig.refresh('whatever');
      expect([aadsts, body.error_codes, status >= 400]).toEqual([aadsts, [aadsts], true]);
      expect(body.error_description).not.toContain('An error occurred');
      expect(body.error_description).toMatch(new RegExp(`^AADSTS${aadsts}: `));
    }
  },
);

test('a refusal for one account leaves the others alone, and heals by a sign-in if a sign-in can heal it', async () => {
  const rig = await startEntraRig();
  const [adas, sams] = [await rig.signedIn(), await rig.signedIn(sam)];
  rig.entra.refuseRefresh(ada, { aadsts: 50133, suberror: 'bad_token' });
  expect([await told(rig, adas), await told(rig, sams)]).toEqual([['invalid_grant', 50133, 'bad_token'], 'tokens']);
  await rig.signedIn();
  expect(await told(rig, adas)).toBe('tokens');
  const takeBack = rig.entra.refuseRefresh(ada, { aadsts: 50105 });
  await rig.signedIn();
  expect(await told(rig, adas)).toEqual(['interaction_required', 50105, 'message_only']);
  takeBack();
  expect(await told(rig, adas)).toBe('tokens');
});

test('commanded answers can be for one account only, and a slow one is true in the end', async () => {
  const rig = await startEntraRig();
  const [adas, sams] = [await rig.signedIn(), await rig.signedIn(sam)];
  rig.entra.failNextToken({ kind: 'status', status: 503, retryAfterSeconds: 7 }, 1, ada);
  expect(await told(rig, sams)).toBe('tokens');
  const refused = await fetch(`${rig.base}/common/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({ refresh_token: String(adas) }),
  });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '7']);
  rig.entra.failNextToken({ kind: 'slow', delayMs: 30 });
  expect(await told(rig, adas)).toBe('tokens');
  rig.entra.failNextToken({ kind: 'html' });
  await expect(rig.refresh(adas)).rejects.toThrow(/JSON/);
  rig.entra.failNextToken({ kind: 'reset' });
  await expect(rig.refresh(adas)).rejects.toThrow('fetch failed');
});

test('accounts added while the cloud runs sign in, and share the tenant of their domain', async () => {
  const rig = await startEntraRig();
  const zoe = rig.entra.addAccount({ username: 'zoe@contoso.example' });
  const pat = rig.entra.addAccount({ username: 'pat@outlook.example', kind: 'personal' });
  expect([zoe.tid === rig.entra.directory.byUsername(ada).tid, pat.tid]).toEqual([
    true,
    '9188040d-6c67-4c5b-b112-36a304b66dad',
  ]);
  expect(await told(rig, await rig.signedIn(zoe.username))).toBe('tokens');
  expect(() => rig.entra.addAccount({ username: 'ZOE@contoso.example' })).toThrow('already');
  expect(() => rig.entra.addAccount({ username: 'nobody' })).toThrow('An account is an address');
});

test('only an administrator can allow it: the page leads back with 90094, or with 90095 after a request was sent', async () => {
  const rig = await startEntraRig();
  rig.entra.setAdminOnlyScopes(['Mail.Read']);
  const shown = await rig.typePassword();
  expect([titleOf(shown), readForms(shown)[0]?.buttons]).toEqual([
    'Need admin approval',
    [{ name: 'action', value: 'without' }],
  ]);
  const back = readForms(await rig.press(shown, { action: 'without' }))[0]?.fields;
  expect([back?.error, back?.error_description]).toEqual(['access_denied', expect.stringContaining('AADSTS90094')]);

  rig.entra.setAdminOnlyScopes(['Mail.Read'], { canRequest: true });
  const sent = await rig.press(await rig.typePassword(), { action: 'request' });
  expect(titleOf(sent)).toBe('Request sent');
  const later = readForms(await rig.press(sent, { action: 'without' }))[0]?.fields;
  expect(later?.error_description).toContain('AADSTS90095');
  // Personal accounts are their own administrators.
  expect(titleOf(await rig.typePassword({}, sam))).toBe('Permissions requested');
});

test('the admin-consent link lets an administrator allow it for everybody, and people are asked no more', async () => {
  const rig = await startEntraRig();
  rig.entra.setAdminOnlyScopes(['Mail.Read']);
  const query = new URLSearchParams({
    client_id: '11111111-2222-4333-8444-555555555555',
    scope: 'https://graph.microsoft.com/Mail.Read',
    redirect_uri: 'http://localhost',
    state: 'from-the-link',
  });
  const shown = await rig.page(`/organizations/v2.0/adminconsent?${query}`);
  expect(titleOf(shown)).toBe('Permissions requested for your organisation');
  const { status, headers } = await rig.press(shown, { action: 'accept' });
  const target = new URL(headers.get('location') ?? '');
  expect([status, target.origin, Object.fromEntries(target.searchParams)]).toEqual([
    302,
    'http://localhost',
    {
      admin_consent: 'True',
      tenant: rig.entra.directory.byUsername(ada).tid,
      scope: 'Mail.Read',
      state: 'from-the-link',
    },
  ]);
  expect(titleOf(await rig.typePassword())).toBe('Going back to the app');
  query.delete('redirect_uri');
  expect(readProblem(await rig.page(`/organizations/v2.0/adminconsent?${query}`))).toMatch(/^AADSTS900144/);
});

test('consent: the page lists only what is new, and a quiet request for more is consent_required', async () => {
  const rig = await startEntraRig();
  const before = await rig.signedIn();
  const more = { scope: 'Mail.Read Calendars.Read openid offline_access' };
  const { body } = await rig.refresh(before, more);
  expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [65001], suberror: 'consent_required' });
  const listed = async (changes: Record<string, string>) =>
    [...(await rig.typePassword(changes)).html.matchAll(/<li>[^<]*\(([^)]+)\)<\/li>/g)].map(([, scope]) => scope);
  expect(await listed(more)).toEqual(['Calendars.Read']);
  expect(await listed({ ...more, prompt: 'consent' })).toEqual(['Mail.Read', 'Calendars.Read', 'offline_access']);
  await rig.signedIn(ada, more);
  expect((await rig.refresh(before, more)).status).toBe(200);
  rig.entra.withdrawConsent(ada);
  expect(await listed(more)).toEqual(['Mail.Read', 'Calendars.Read', 'offline_access']);
});

test('hints: login_hint fills the account in, domain_hint narrows the list and completes a bare name', async () => {
  const rig = await startEntraRig();
  const username = (page: { url: string; html: string }) => readForms(page)[0]?.fields.username;
  expect(username(await rig.authorize({ login_hint: ada }))).toBe(ada);
  expect(username(await rig.authorize({ login_hint: ada, prompt: 'login' }))).toBe(ada);
  const list = async (domain_hint: string) =>
    readForms(await rig.authorize({ prompt: 'select_account', domain_hint, login_hint: ada }))[0]?.buttons.map(
      ({ value }) => value,
    );
  expect([await list('organizations'), await list('consumers'), await list('Contoso.Example')]).toEqual([
    [ada, ''],
    [sam, ''],
    [ada, ''],
  ]);
  const password = rig.entra.currentPassword(ada);
  const hinted = await rig.authorize({ domain_hint: 'contoso.example' });
  expect(titleOf(await rig.press(hinted, { username: 'ada', password, action: 'sign-in' }))).toBe(
    'Permissions requested',
  );
});
