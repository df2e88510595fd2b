/** What a sign-in puts on the wire: MSAL does it, our configuration of it is what is proven. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { answer, granted, playAuthority, portOf } from './played-authority.ts';

const query = (page: URL): Record<string, string> => Object.fromEntries(page.searchParams);

describe('a sign-in', () => {
  test('asks the v2.0 addresses of the authority it was given, for refreshes too', async () => {
    const root = 'https://login.microsoftonline.com/organizations';
    const authority = playAuthority({ authority: root });
    const account = await authority.signIn();
    await authority.identity.accessToken(account.homeAccountId, { forceRefresh: true });
    expect({
      page: authority.pages.map((page) => page.origin + page.pathname),
      tokens: authority.tokenCalls.map(({ url, form }) => [
        new URL(url).origin + new URL(url).pathname,
        form.get('grant_type'),
      ]),
    }).toEqual({
      page: [`${root}/oauth2/v2.0/authorize`],
      tokens: [
        [`${root}/oauth2/v2.0/token`, 'authorization_code'],
        [`${root}/oauth2/v2.0/token`, 'refresh_token'],
      ],
    });
  });

  test('names http://localhost with the port it listens on, and nothing else', async () => {
    const { page, outcome } = await playAuthority().begin();
    expect(query(page).redirect_uri).toMatch(/^http:\/\/localhost:\d{4,5}$/);
    expect((await answer(page, { code: 'code-1' })).ok).toBe(true);
    await outcome;
  });

  test('asks for a code that is posted back as a form', async () => {
    const { page } = await playAuthority().begin();
    expect(query(page)).toMatchObject({ response_type: 'code', response_mode: 'form_post' });
  });

  test('asks for scopes and never for a resource, and for what a refresh token needs', async () => {
    const authority = playAuthority();
    const { page, outcome } = await authority.begin();
    await answer(page, { code: 'code-1' });
    await outcome;
    const asked = [query(page), ...authority.tokenCalls.map(({ form }) => Object.fromEntries(form))];
    for (const fields of asked) {
      expect(new Set(fields.scope?.split(' '))).toEqual(
        new Set(['Mail.ReadBasic', 'Calendars.Read', 'openid', 'profile', 'offline_access']),
      );
      expect(fields).not.toHaveProperty('resource');
    }
  });

  test('has a state and a code challenge of its own each time', async () => {
    const first = query((await playAuthority().begin()).page);
    const second = query((await playAuthority().begin()).page);
    for (const { state, code_challenge, code_challenge_method } of [first, second]) {
      expect({ method: code_challenge_method, challenge: code_challenge?.length }).toEqual({
        method: 'S256',
        challenge: 43,
      });
      expect(state?.length).toBeGreaterThan(30);
    }
    expect(first.state).not.toBe(second.state);
    expect(first.code_challenge).not.toBe(second.code_challenge);
  });

  test('redeems the code with its verifier and without any secret', async () => {
    const authority = playAuthority();
    const { page, outcome } = await authority.begin();
    await answer(page, { code: 'code-1' });
    await outcome;
    const form = Object.fromEntries(authority.tokenCalls[0]?.form ?? []);
    expect(form).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: query(page).redirect_uri,
      client_id: query(page).client_id,
    });
    const challenge = createHash('sha256')
      .update(form.code_verifier ?? '')
      .digest('base64url');
    expect(challenge).toBe(query(page).code_challenge);
    expect(Object.keys(form).filter((name) => /secret|assertion|password/.test(name))).toEqual([]);
  });
});

describe('the waiting port', () => {
  test('takes no answer from the query of a GET', async () => {
    const authority = playAuthority();
    const { page, outcome } = await authority.begin();
    const ending = outcome.then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    );
    const state = query(page).state ?? '';
    await fetch(`${portOf(page)}/?${new URLSearchParams({ code: 'stolen', state })}`);
    expect({ ending: await ending, redeemed: authority.tokenCalls.length }).toEqual({
      ending: 'unexpected',
      redeemed: 0,
    });
  });

  test('refuses an answer with another state, and goes on waiting for the right one', async () => {
    const authority = playAuthority();
    const { page, outcome } = await authority.begin();
    const wrong = await answer(page, { code: 'stolen', state: 'another' });
    const right = await answer(page, { code: 'code-1' });
    await expect(outcome).resolves.toMatchObject({ username: 'ada@contoso.example' });
    expect([wrong.status, right.ok]).toEqual([400, true]);
    expect(authority.tokenCalls.map(({ form }) => form.get('code'))).toEqual(['code-1']);
  });
});

test.each([
  [299, 2],
  [3600, 1],
])(
  'a token > of five minutes or less is renewed before it is handed out, and a longer one is not (%i s)',
  async (expiresIn, calls) => {
    const authority = playAuthority();
    authority.script.token = ({ form }) =>
      granted(
        form.get('grant_type') === 'refresh_token'
          ? { access_token: 'renewed' }
          : { access_token: 'first', expires_in: expiresIn },
      );
    const account = await authority.signIn();
    const token = await authority.identity.accessToken(account.homeAccountId, {});
    expect([token, authority.tokenCalls.length]).toEqual([calls === 2 ? 'renewed' : 'first', calls]);
  },
);
