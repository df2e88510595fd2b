/** The sign-in itself: pages back and forth between the person's browser and us, until the app gets its answer. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { signsInAt } from '../clouds.ts';
import type { CloudClock, Report } from '../types.ts';
import { type EntraError, entraError, errorBody } from './aadsts.ts';
import type { CloudApp } from './accounts.ts';
import { type AuthorizeRequest, isHinted, judgeAuthorize } from './authorize-request.ts';
import { clientInfo } from './id-token.ts';
import type { Memory, Person } from './memory.ts';
import { errorPage, formPostPage, type Page } from './page.ts';
import {
  adminApprovalPage,
  blockedPage,
  codePage,
  consentPage,
  newPasswordPage,
  passwordPage,
  pickPage,
  requestSentPage,
  type StepPage,
} from './pages.ts';
import { heal } from './standing.ts';

/** A sign-in under way. The person is known once the password was right. */
interface Flow {
  readonly request: AuthorizeRequest;
  readonly correlationId: string;
  readonly expiresAt: Date;
  person: Person | null;
  hasSecondFactor: boolean;
}

export interface SignInPolicy {
  /** Permissions people of a work account may not grant themselves, by short name. */
  adminOnlyScopes: ReadonlySet<string>;
  /** 90095: people can send their administrator a request; 90094: they cannot. */
  adminOnlyError: 90094 | 90095;
}

/** What the browser gets: a page of ours, or the way back to a web app. */
export type SignInAnswer = Page | { readonly redirectTo: string };

/** How long a page may stay open, in cloud time. */
const flowLifeMs = 30 * 60 * 1000;

export function createSignIn(parts: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly memory: Memory;
  readonly apps: readonly CloudApp[];
  readonly policy: SignInPolicy;
}) {
  const { clock, report, memory, apps, policy } = parts;
  const flows = new Map<string, Flow>();

  function authorize(tenant: string, query: URLSearchParams, correlationId: string, host: string): SignInAnswer {
    const accounts = memory.people.map(({ account }) => account);
    const verdict = judgeAuthorize(tenant, query, apps, accounts, host);
    if (verdict.kind === 'page') {
      tellRefused(verdict.error);
      return errorPage(verdict.error);
    }
    if (verdict.kind === 'refuse') {
      tellRefused(verdict.error);
      return sendError(verdict.to, verdict.error, correlationId);
    }
    return begin(verdict.request, correlationId);
  }

  /** The first page of a sign-in. */
  function begin(request: AuthorizeRequest, correlationId: string): SignInAnswer {
    const accounts = memory.people.map(({ account }) => account);
    const id = randomBytes(24).toString('base64url');
    const expiresAt = new Date(clock.now().getTime() + flowLifeMs);
    flows.set(id, { request, correlationId, expiresAt, person: null, hasSecondFactor: false });
    report({ site: 'entra', name: 'sign-in.started', text: `A sign-in page was opened for ${request.app.name}` });
    const listed = accounts.filter((one) => request.isAllowed(one) && isHinted(request.domainHint, one));
    return request.prompt === 'select_account'
      ? framed(request, pickPage(stepOf(id, request), listed))
      : framed(request, passwordPage(stepOf(id, request), request.loginHint));
  }

  /** A form of one of our pages came back. */
  function submit(tenant: string, form: URLSearchParams): SignInAnswer {
    const id = form.get('flow') ?? '';
    const flow = flows.get(id);
    if (!flow || flow.request.tenant !== tenant || memory.isPast(flow.expiresAt)) {
      flows.delete(id);
      return errorPage(entraError(9002313, { detail: 'This page is too old. Start again from the app.' }));
    }
    const answer = react(id, flow, form);
    return 'redirectTo' in answer ? answer : framed(flow.request, answer);
  }

  function react(id: string, flow: Flow, form: URLSearchParams): SignInAnswer {
    const { person } = flow;
    const step = stepOf(id, flow.request);
    const action = form.get('action');
    switch (action) {
      case 'pick':
        return passwordPage(step, form.get('username') ?? '');
      case 'sign-in':
        return checkPassword(id, flow, form.get('username') ?? '', form.get('password') ?? '');
      case 'decline':
        return leave(id, flow, entraError(65004), 'declined to give the permissions');
      case 'without':
        return leave(id, flow, entraError(policy.adminOnlyError), 'left without the approval of an administrator');
      case 'cancel':
        return leave(
          id,
          flow,
          entraError(65004, { text: 'The person cancelled the sign-in.' }),
          'cancelled the sign-in',
        );
      default:
    }
    if (!person) return passwordPage(step, '');
    switch (action) {
      case 'change-password':
        return changePassword(id, flow, person, form.get('new-password') ?? '');
      case 'code':
        return checkCode(id, flow, person, form.get('code') ?? '');
      case 'accept':
        return accept(id, flow, person);
      case 'request':
        tell('approval.requested', `${person.account.username} asked an administrator for approval`, person);
        return requestSentPage(step);
      default:
        return errorPage(entraError(9002313));
    }
  }

  function checkPassword(id: string, flow: Flow, typed: string, password: string): SignInAnswer {
    const { domainHint, isAllowed, host } = flow.request;
    // A bare name is completed by the domain that the app hinted at, as the real page does it.
    const username = !typed.includes('@') && domainHint.includes('.') ? `${typed}@${domainHint}` : typed;
    const refuse = (aadsts: number, text: string) => {
      const who = username || 'Somebody';
      report({ site: 'entra', name: 'sign-in.refused', text: `${who} was refused: ${text}`, fields: { aadsts } });
      return passwordPage(stepOf(id, flow.request), username, text);
    };
    const person = memory.findPerson(username);
    // The clouds know nothing of each other's people.
    if (!person || !signsInAt(person.account, host))
      return refuse(50034, 'We could not find an account with that name.');
    if (!isAllowed(person.account)) return refuse(50020, 'This account cannot be used here.');
    if (person.standing.isLocked)
      return refuse(50053, 'Your account is locked. Try again later, or ask your helpdesk.');
    if (person.password !== password) return refuse(50126, 'Your account or password is incorrect.');
    if (person.standing.isDisabled) return refuse(50057, 'Your account has been disabled.');
    flow.person = person;
    return goOn(id, flow, person);
  }

  /** After the password: whatever stands in the way, and at the end the answer to the app. */
  function goOn(id: string, flow: Flow, person: Person): SignInAnswer {
    const step = stepOf(id, flow.request);
    const { username, kind } = person.account;
    const { blockedBy, expiredPassword, mfa } = person.standing;
    if (blockedBy !== null) {
      tell('sign-in.refused', `${username} is kept out by policy: AADSTS${blockedBy}`, person);
      return blockedPage(step, username, entraError(blockedBy));
    }
    if (expiredPassword) return newPasswordPage(step, username);
    if (mfa && !flow.hasSecondFactor) {
      person.sentCode = String(randomInt(1_000_000)).padStart(6, '0');
      tell('code.sent', `A code was sent to the phone of ${username}`, person);
      return codePage(step, username, mfa.enrolled);
    }
    const missing = missingScopes(flow.request, person);
    const adminOnly = kind === 'work' ? missing.filter((scope) => policy.adminOnlyScopes.has(scope)) : [];
    if (adminOnly.length > 0) return adminApprovalPage(step, adminOnly, policy.adminOnlyError === 90095);
    if (flow.request.prompt === 'consent') return consentPage(step, username, askedScopes(flow.request));
    return missing.length > 0 ? consentPage(step, username, missing) : finish(id, flow, person);
  }

  function changePassword(id: string, flow: Flow, person: Person, password: string): SignInAnswer {
    const { username } = person.account;
    if (password.length < 8 || password === person.password) {
      const problem = 'Choose another password, of at least 8 characters.';
      return newPasswordPage(stepOf(id, flow.request), username, problem);
    }
    person.password = password;
    person.standing.expiredPassword = null;
    tell('password.changed', `${username} chose a new password`, person);
    return goOn(id, flow, person);
  }

  function checkCode(id: string, flow: Flow, person: Person, code: string): SignInAnswer {
    const { mfa } = person.standing;
    if (mfa && (person.sentCode === null || code.trim() !== person.sentCode)) {
      const problem = 'That code did not work. Check it and try again.';
      return codePage(stepOf(id, flow.request), person.account.username, mfa.enrolled, problem);
    }
    person.sentCode = null;
    if (mfa) mfa.enrolled = true;
    flow.hasSecondFactor = true;
    return goOn(id, flow, person);
  }

  function accept(id: string, flow: Flow, person: Person): SignInAnswer {
    const { clientId } = flow.request.app;
    const missing = missingScopes(flow.request, person);
    // An administrator may have changed the rules while the page was open.
    if (person.account.kind === 'work' && missing.some((scope) => policy.adminOnlyScopes.has(scope))) {
      return goOn(id, flow, person);
    }
    const consents = person.consents.get(clientId) ?? new Set<string>();
    for (const scope of askedScopes(flow.request)) consents.add(scope);
    person.consents.set(clientId, consents);
    if (missing.length > 0) tell('consent.given', `${person.account.username} allowed ${missing.join(', ')}`, person);
    return finish(id, flow, person);
  }

  function finish(id: string, flow: Flow, person: Person): SignInAnswer {
    flows.delete(id);
    heal(person);
    const { request, hasSecondFactor } = flow;
    const { app, redirectUri, codeChallenge, nonce } = request;
    const { account } = person;
    const code = memory.newCode({
      account,
      clientId: app.clientId,
      redirectUri,
      codeChallenge,
      nonce,
      hasSecondFactor,
    });
    tell('sign-in.completed', `${account.username} signed in`, person);
    return toApp(request, {
      code,
      ...(request.wantsClientInfo ? { client_info: clientInfo(account) } : {}),
      ...(request.state === null ? {} : { state: request.state }),
      session_state: randomUUID(),
    });
  }

  function leave(id: string, flow: Flow, error: EntraError, what: string): SignInAnswer {
    flows.delete(id);
    const who = flow.person?.account.username ?? 'The person';
    report({ site: 'entra', name: 'sign-in.declined', text: `${who} ${what}`, fields: { aadsts: error.aadsts } });
    return sendError(flow.request, { ...error, error: 'access_denied' }, flow.correlationId);
  }

  function sendError(to: WayBack, error: EntraError, correlationId: string): SignInAnswer {
    const { error: code, error_description, error_uri } = errorBody(error, clock.now(), correlationId);
    const state = to.state === null ? {} : { state: to.state };
    return toApp(to, { error: code, error_description, error_uri, ...state });
  }

  function missingScopes(request: AuthorizeRequest, person: Person): string[] {
    const allowed = memory.consentsOf(person, request.app.clientId);
    return askedScopes(request).filter((scope) => !allowed.has(scope));
  }

  function tell(name: string, text: string, { account: { username } }: Person): void {
    report({ site: 'entra', name, text, fields: { username } });
  }

  function tellRefused({ aadsts }: EntraError): void {
    const text = `A sign-in request was refused: AADSTS${aadsts}`;
    report({ site: 'entra', name: 'authorize.refused', text, fields: { aadsts } });
  }

  return { authorize, begin, submit };
}

type WayBack = Pick<AuthorizeRequest, 'redirectUri' | 'state' | 'responseMode'>;

function toApp({ redirectUri, responseMode }: WayBack, fields: Readonly<Record<string, string>>): SignInAnswer {
  if (responseMode === 'form_post') return formPostPage(redirectUri, fields);
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  return { redirectTo: target.href };
}

/** A form of a page may end in a redirect to the app, and browsers hold the page's policy against that too. */
function framed({ responseMode, redirectUri }: AuthorizeRequest, page: Page): Page {
  return responseMode === 'query' ? { ...page, formTarget: new URL(redirectUri).origin } : page;
}

/** All that is asked for and can be allowed. */
function askedScopes({ scopes }: AuthorizeRequest): string[] {
  return [...scopes.graph, ...scopes.openId.filter((scope) => scope === 'offline_access')];
}

function stepOf(flow: string, request: AuthorizeRequest): StepPage {
  return { action: `/${request.tenant}/login`, flow, appName: request.app.name };
}
