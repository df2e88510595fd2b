import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountInfo } from '@azure/msal-node';
import { describe, expect, test } from 'vitest';
import { createBrowserStep, errorPage, isOurAuthority, successPage } from '../../../main/auth/browser-step.ts';
import { keyringTrouble } from '../../../main/auth/keyring.ts';
import { missingScopes, toAccount } from '../../../main/auth/msal-account.ts';
import { adminConsentUrl } from '../../../main/domain/hand-on.ts';

const authority = 'https://login.microsoftonline.com/common';

describe('the browser', () => {
  test.each([
    ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize?x=1', true],
    ['https://login.windows.net/common/oauth2/v2.0/authorize', true],
    ['http://login.microsoftonline.com/common', false],
    ['https://login.microsoftonline.com:444/common', false],
    ['https://login.microsoftonline.com.attacker.example/common', false],
    ['https://user@login.microsoftonline.com/common', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['nonsense', false],
  ])('is sent to %s: %s', async (url, isAllowed) => {
    const opened: string[] = [];
    const step = createBrowserStep({ authority, openBrowser: async (address) => void opened.push(address) });
    expect(isOurAuthority(url, authority)).toBe(isAllowed);
    const result = await step.openBrowser(url).then(
      () => 'opened',
      (error: unknown) => error,
    );
    expect(opened).toEqual(isAllowed ? [url] : []);
    if (!isAllowed) expect(result).toMatchObject({ code: 'configuration' });
  });

  test('an authority of ones own is the only one then', () => {
    expect(isOurAuthority('https://login.contoso.example/x', 'https://login.contoso.example/adfs')).toBe(true);
    expect(isOurAuthority(`${authority}/x`, 'https://login.contoso.example/adfs')).toBe(false);
  });

  test('cancelling tells the waiting listener exactly what the authority would', async () => {
    const seen: unknown[] = [];
    const listener = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push([request.method, request.url, request.headers['content-type'], body]);
        response.end();
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const redirect = encodeURIComponent(`http://localhost:${(listener.address() as AddressInfo).port}`);
    const step = createBrowserStep({ authority, openBrowser: async () => {} });
    await step.openBrowser(`${authority}/oauth2/v2.0/authorize?redirect_uri=${redirect}&state=a%2Bb`);
    await step.cancel();
    expect(seen).toEqual([['POST', '/', 'application/x-www-form-urlencoded', 'error=access_denied&state=a%2Bb']]);
    await new Promise((resolve) => listener.close(resolve));
    // Nobody there any more is fine.
    await step.cancel();
  });

  test('cancelled before it opened, it does not open', async () => {
    const opened: string[] = [];
    const step = createBrowserStep({ authority, openBrowser: async (url) => void opened.push(url) });
    await step.cancel();
    await expect(step.openBrowser(authority)).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect(opened).toEqual([]);
  });

  test('ends on a page that promises nothing and loads nothing', () => {
    expect(successPage).toContain('You can close this tab and return to Tidings.');
    expect(errorPage).toContain('You can close this tab and return to Tidings.');
    for (const page of [successPage, errorPage]) expect(page).not.toMatch(/src=|href=|<script|signed in successfully/i);
  });
});

describe('accounts and scopes', () => {
  const info = (changes: Partial<AccountInfo>): AccountInfo => ({
    homeAccountId: 'u.t',
    environment: 'login.windows.net',
    tenantId: 't',
    username: 'ada@contoso.example',
    localAccountId: 'u',
    ...changes,
  });
  const personal = '9188040d-6c67-4c5b-b112-36a304b66dad';

  test('a work account, with and without a name', () => {
    const account = { homeAccountId: 'u.t', tenantId: 't', username: 'ada@contoso.example', kind: 'work' };
    expect(toAccount(info({ name: 'Ada Example' }))).toEqual({ ...account, name: 'Ada Example' });
    expect(toAccount(info({}))).toEqual({ ...account, name: null });
  });

  test('a personal account is known by its tenant, also when it is a guest somewhere', () => {
    expect(toAccount(info({ homeAccountId: `u.${personal}`, tenantId: personal })).kind).toBe('personal');
    expect(toAccount(info({ homeAccountId: `u.${personal}`, tenantId: 't' })).kind).toBe('personal');
  });

  test.each([
    [['Mail.Read', 'Calendars.Read'], ['openid', 'Calendars.Read', 'Mail.Read'], []],
    [['Mail.Read'], ['https://graph.microsoft.com/mail.read'], []],
    [['Mail.Read', 'Calendars.Read'], ['Mail.Read'], ['Calendars.Read']],
    [['Mail.Read'], ['https://elsewhere.example/Mail.Read'], ['Mail.Read']],
    [['Mail.Read'], [], ['Mail.Read']],
  ])('asked for %j and given %j, %j is missing', (asked, granted, missing) => {
    expect(missingScopes(asked, granted)).toEqual(missing);
  });
});

test.each([
  ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'no-keyring'],
  ['The given address is empty', 'no-keyring'],
  ['Could not connect: No such file or directory', 'no-keyring'],
  ['The name org.freedesktop.secrets was not provided by any .service files', 'no-keyring'],
  ['Object does not exist at path "/org/freedesktop/secrets/collection/login"', 'keyring-unusable'],
  ['Cannot create an item in a locked collection', 'keyring-locked'],
  ['unlock prompt was dismissed', 'keyring-locked'],
  ['User interaction is not allowed.', 'keyring-locked'],
  ['something else', 'keyring-unusable'],
])('"%s" means %s', (message, why) => {
  expect(keyringTrouble(new Error(`Verifing persistence failed with the error: Error: ${message}`))).toBe(why);
});

test('a machine without the library under the keyring starts all the same, in memory', () => {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'keytar') throw new Error('Failed to load keytar native addon');
        return next(specifier, context);
      },
    });
    const { createKeyring } = await import(process.argv[1]);
    const note = (event) => console.log(event);
    const keyring = createKeyring({ folder: '/nowhere', log: { info: note, warn: note, error: note } });
    console.log(JSON.stringify(await keyring('token-cache')));`;
  const keyringFile = new URL('../../../main/auth/keyring.ts', import.meta.url).href;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, keyringFile], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  expect(output.trim().split('\n')).toEqual(['keyring.missing', '{"ok":false,"why":"no-keyring"}']);
});

test('the link for an administrator names the organisation, the app and what it asks for', () => {
  const link = adminConsentUrl({
    authority,
    cloud: 'global',
    clientId: 'c',
    tenantId: 't',
    scopes: ['Mail.ReadBasic', 'Calendars.Read'],
  });
  expect(link).toBe(
    'https://login.microsoftonline.com/t/v2.0/adminconsent?client_id=c&scope=https%3A%2F%2Fgraph.microsoft.com%2FMail.ReadBasic+https%3A%2F%2Fgraph.microsoft.com%2FCalendars.Read&redirect_uri=http%3A%2F%2Flocalhost',
  );
});
