/**
 * Signing in on another device: a program without a browser shows a short code, and the person types it on a page.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code
 */
import { randomBytes, randomInt } from 'node:crypto';
import { graphsBehind } from '../clouds.ts';
import type { CloudClock, Report } from '../types.ts';
import { type EntraError, entraError } from './aadsts.ts';
import { audienceOf, type CloudApp } from './accounts.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import type { Memory } from './memory.ts';
import { asText, errorPage, type Page } from './page.ts';
import { readScopes } from './scopes.ts';
import type { SignInAnswer } from './sign-in.ts';

interface Ask {
  readonly userCode: string;
  readonly request: AuthorizeRequest;
  readonly expiresAt: Date;
  answer: { readonly code: string } | { readonly declined: true } | null;
}

export type DeviceAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, string | number>> }
  | { readonly ok: false; readonly error: EntraError };

const lifeSeconds = 15 * 60;
const intervalSeconds = 5;
/** No vowels and nothing that looks like something else: nobody has to spell it. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

export type DeviceCodes = ReturnType<typeof createDeviceCodes>;

export function createDeviceCodes(parts: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly memory: Memory;
  readonly apps: readonly CloudApp[];
  /** The first page of a sign-in. */
  readonly begin: (request: AuthorizeRequest, correlationId: string) => SignInAnswer;
}) {
  const { clock, report, memory, apps, begin } = parts;
  /** By device code, and by the state that comes back with the browser. */
  const asks = new Map<string, Ask>();

  function ask(tenant: string, form: URLSearchParams, host: string): DeviceAnswer {
    const refuse = (aadsts: number, detail?: string): DeviceAnswer => ({
      ok: false,
      error: entraError(aadsts, detail ? { detail } : {}),
    });
    const accounts = memory.people.map(({ account }) => account);
    const isAllowed = audienceOf(tenant, accounts, host);
    if (!isAllowed) return refuse(90002);
    for (const name of ['client_id', 'scope']) if (!form.get(name)) return refuse(900144, name);
    const app = apps.find(({ clientId }) => clientId === form.get('client_id'));
    if (!app) return refuse(700016);
    const scopes = readScopes(form.get('scope') ?? '', app.permissions);
    if (scopes.unknown.length > 0) return refuse(70011, scopes.unknown.join(' '));
    const foreign = scopes.graphHosts.find((each) => !graphsBehind(host).includes(each));
    if (foreign !== undefined) return refuse(500011, foreign);
    const deviceCode = randomBytes(32).toString('base64url');
    const userCode = Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('');
    asks.set(deviceCode, {
      userCode,
      expiresAt: new Date(clock.now().getTime() + lifeSeconds * 1000),
      answer: null,
      request: {
        tenant,
        host,
        app,
        isAllowed,
        scopes,
        redirectUri: `https://${host}/common/device/done`,
        state: randomBytes(24).toString('base64url'),
        codeChallenge: '',
        responseMode: 'query',
        prompt: null,
        loginHint: '',
        domainHint: '',
        nonce: null,
        wantsClientInfo: false,
      },
    });
    report({ site: 'entra', name: 'device.asked', text: `${app.name} shows a code to be typed on another device` });
    const verification_uri = `https://${host}/common/oauth2/deviceauth`;
    return {
      ok: true,
      body: {
        user_code: userCode,
        device_code: deviceCode,
        verification_uri,
        expires_in: lifeSeconds,
        interval: intervalSeconds,
        message: `To sign in, open ${verification_uri} in a browser and type the code ${userCode}.`,
      },
    };
  }

  /** The page on the other device. */
  function page(problem?: string): Page {
    return {
      title: 'Enter code',
      main: `<p>Type the code that your program or device shows.</p>
${problem === undefined ? '' : `<p class="error" role="alert">${asText(problem)}</p>`}
<form method="post" action="/common/device">
<label for="user-code">Code</label>
<input id="user-code" name="user-code" autocomplete="off" required autofocus>
<div class="buttons"><button class="main">Next</button></div>
</form>`,
    };
  }

  function submit(form: URLSearchParams, correlationId: string): SignInAnswer {
    const typed = (form.get('user-code') ?? '').trim().toUpperCase();
    const found = [...asks.values()].find(({ userCode, answer }) => userCode === typed && answer === null);
    if (!found || memory.isPast(found.expiresAt)) return page('That code did not work. Check it and try again.');
    return begin(found.request, correlationId);
  }

  /** The browser comes back from the sign-in. */
  function arrived(query: URLSearchParams): Page {
    const found = [...asks.values()].find(({ request }) => request.state === query.get('state'));
    if (!found || found.answer !== null) return errorPage(entraError(9002313));
    const code = query.get('code');
    found.answer = code === null ? { declined: true } : { code };
    const text = code === null ? 'You did not sign in.' : `You have signed in to ${found.request.app.name}.`;
    return { title: 'Close this page', main: `<p role="status">${asText(text)} You can close this page.</p>` };
  }

  /** What the program that polls gets: the code that the sign-in ended with, once, or why there is none. */
  function redeem(
    clientId: string,
    deviceCode: string | null,
  ): { readonly code: string; readonly scope: string } | EntraError {
    const found = asks.get(deviceCode ?? '');
    if (!found || found.request.app.clientId !== clientId) return entraError(70000);
    if (found.answer === null) return entraError(memory.isPast(found.expiresAt) ? 70020 : 70016);
    asks.delete(deviceCode ?? '');
    if ('declined' in found.answer) return { ...entraError(65004), error: 'authorization_declined' };
    const { written, openId } = found.request.scopes;
    return { code: found.answer.code, scope: [...written, ...openId].join(' ') };
  }

  return { ask, page, submit, arrived, redeem };
}
