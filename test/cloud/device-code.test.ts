/** Microsoft's own library on a device without a browser, unchanged. */
import {
  type AuthenticationResult,
  type INetworkModule,
  type NetworkRequestOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CloudFetch, createCloudFetch } from '../integration/auth/cloud-fetch.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { defaultClientId } from './entra/accounts.ts';
import { startEntraRig } from './entra/rig.ts';
import type { SignInChoice, SignInResult } from './person.ts';

const ada = 'ada@contoso.example';
const limitMs = 60_000;

let cloud: Cloud;
let net: CloudFetch;
beforeEach(async () => {
  cloud = await startCloud({ clock: 'real' });
  net = createCloudFetch(cloud);
});
afterEach(async () => {
  net.stop();
  await cloud.stop();
});

/** The library's requests, through the cloud's proxy. */
const ask =
  (method: 'GET' | 'POST'): INetworkModule['sendGetRequestAsync'] =>
  async (url: string, { headers = {}, body }: NetworkRequestOptions = {}) => {
    const answer = await net.fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    return { headers: Object.fromEntries(answer.headers), body: await answer.json(), status: answer.status };
  };

/** A program shows its code, and somebody types one on the page. */
async function onDevice(choice: Partial<SignInChoice> = {}) {
  const app = new PublicClientApplication({
    auth: { clientId: defaultClientId, authority: 'https://login.microsoftonline.com/organizations' },
    system: { networkClient: { sendGetRequestAsync: ask('GET'), sendPostRequestAsync: ask('POST') } },
  });
  const person = Promise.withResolvers<SignInResult>();
  const request = {
    scopes: ['Mail.Read'],
    cancel: false,
    deviceCodeCallback({ verificationUri, userCode }: { verificationUri: string; userCode: string }) {
      cloud.person.signIn(verificationUri, { username: ada, userCode, ...choice }).then(person.resolve, person.reject);
    },
  };
  const token = app.acquireTokenByDeviceCode(request).catch((error: Error) => {
    person.reject(error); // where no code was ever shown
    return error;
  });
  return { seen: await person.promise, token, request };
}

test(
  'a person types the code elsewhere, and the device is signed in',
  async () => {
    const { seen, token } = await onDevice();
    expect(seen).toMatchObject({ kind: 'returned', sent: 'code' });
    const result = (await token) as AuthenticationResult;
    expect(result).toMatchObject({ account: { username: ada } });
    expect(cloud.entra.directory.checkAccessToken(`Bearer ${result.accessToken}`)).toMatchObject({
      ok: true,
      scopes: ['Mail.Read'],
    });
  },
  limitMs,
);

test(
  'a person who declines is believed',
  async () => {
    const { seen, token } = await onDevice({ action: 'decline' });
    expect(seen).toMatchObject({ kind: 'returned', sent: 'error' });
    expect(String(await token)).toContain('authorization_declined');
  },
  limitMs,
);

test('a wrong code leads nowhere', async () => {
  const { seen, request } = await onDevice({ userCode: 'WRONGCODE' });
  request.cancel = true;
  expect(seen).toEqual({ kind: 'stuck', problem: 'That code did not work. Check it and try again.' });
});

test('until then the device is told to wait, and after a quarter of an hour that its code is of no use', async () => {
  const rig = await startEntraRig();
  const shown = await rig.page('/common/oauth2/v2.0/devicecode', {
    method: 'POST',
    body: new URLSearchParams({ client_id: defaultClientId, scope: 'Mail.Read' }),
  });
  const { device_code } = JSON.parse(shown.html);
  const poll = async () => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const { body } = await rig.token({ grant_type, device_code, code: null, redirect_uri: null, code_verifier: null });
    return [body.error, body.error_codes];
  };
  expect(await poll()).toEqual(['authorization_pending', [70016]]);
  await rig.clock.advance(16 * 60_000);
  expect(await poll()).toEqual(['expired_token', [70020]]);
});
