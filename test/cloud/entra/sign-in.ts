/** The sign-in itself: pages back and forth between the person's browser and us, until the app gets its answer. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CloudClock, Report } from '../types.ts';
import { type EntraError, entraError, errorBody } from './aadsts.ts';
import type { CloudApp } from './accounts.ts';
import { type AuthorizeRequest, judgeAuthorize } from './authorize-request.ts';
import { clientInfo } from './id-token.ts';
import type { Memory, Person } from './memory.ts';
import {
  adminApprovalPage,
  consentPage,
  errorPage,
  formPostPage,
  type Page,
  passwordPage,
  pickPage,
  type StepPage,
} from './pages.ts';

/** A sign-in under way. The person is known once the password was right. */
interface Flow {
  readonly request: AuthorizeRequest;
  readonly correlationId: string;
  readonly expiresAt: Date;
  person: Person | null;
}

export interface SignInPolicy {
  /** Permissions people may not grant themselves, by short name. */
  adminOnlyScopes: ReadonlySet<string>;
}

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

  function authorize(tenant: string, query: URLSearchParams, correlationId: string): Page {
    const accounts = memory.people.map(({ account }) => account);
    const verdict = judgeAuthorize(tenant, query, apps, accounts);
    if (verdict.kind === 'page') {
      tellRefused(verdict.error);
      return errorPage(verdict.error);
    }
    if (verdict.kind === 'post') {
      tellRefused(verdict.error);
      return postError(verdict.redirectUri, verdict.state, verdict.error, correlationId);
    }
    const { request } = verdict;
    const id = randomBytes(24).toString('base64url');
    const expiresAt = new Date(clock.now().getTime() + flowLifeMs);
    flows.set(id, { request, correlationId, expiresAt, person: null });
    report({ site: 'entra', name: 'sign-in.started', text: `A sign-in page was opened for ${request.app.name}` });
    const step = stepOf(id, request);
    if (request.prompt === 'select_account') return pickPage(step, accounts.filter(request.isAllowed));
    return passwordPage(step, request.loginHint);
  }

  /** A form of one of our pages came back. */
  function submit(tenant: string, form: URLSearchParams): Page {
    const id = form.get('flow') ?? '';
    const flow = flows.get(id);
    if (!flow || flow.request.tenant !== tenant || memory.isPast(flow.expiresAt)) {
      flows.delete(id);
      return errorPage(entraError(9002313, { detail: 'This page is too old. Start again from the app.' }));
    }
    switch (form.get('action')) {
      case 'pick':
        return passwordPage(stepOf(id, flow.request), form.get('username') ?? '');
      case 'sign-in':
        return checkPassword(id, flow, form.get('username') ?? '', form.get('password') ?? '');
      case 'accept':
        return flow.person ? accept(id, flow, flow.person) : passwordPage(stepOf(id, flow.request), '');
      case 'decline':
        return finishWith(id, flow, entraError(65004), 'declined to give the permissions');
      case 'without':
        return finishWith(id, flow, entraError(90094), 'left without the approval of an administrator');
      case 'cancel':
        return finishWith(
          id,
          flow,
          entraError(65004, { text: 'The person cancelled the sign-in.' }),
          'cancelled the sign-in',
        );
      default:
        return errorPage(entraError(9002313));
    }
  }

  function checkPassword(id: string, flow: Flow, username: string, password: string): Page {
    const step = stepOf(id, flow.request);
    const refuse = (aadsts: number, text: string) => {
      report({
        site: 'entra',
        name: 'sign-in.refused',
        text: `${username || 'Somebody'} was refused: ${text}`,
        fields: { aadsts },
      });
      return passwordPage(step, username, text);
    };
    const person = memory.findPerson(username);
    if (!person) return refuse(50034, 'We could not find an account with that name.');
    if (!flow.request.isAllowed(person.account)) return refuse(50020, 'This account cannot be used here.');
    if (person.password !== password) return refuse(50126, 'Your account or password is incorrect.');
    if (person.isDisabled) return refuse(50057, 'Your account has been disabled.');
    flow.person = person;

    const missing = missingScopes(flow.request, person);
    const adminOnly = missing.filter((scope) => policy.adminOnlyScopes.has(scope));
    if (adminOnly.length > 0) return adminApprovalPage(step, adminOnly);
    if (missing.length > 0 || flow.request.prompt === 'consent') {
      const asked = flow.request.prompt === 'consent' ? flow.request.scopes.graph : missing;
      const offline = flow.request.scopes.openId.includes('offline_access') ? ['offline_access'] : [];
      return consentPage(step, person.account.username, [...asked, ...offline]);
    }
    return finish(id, flow, person);
  }

  function accept(id: string, flow: Flow, person: Person): Page {
    const missing = missingScopes(flow.request, person);
    if (missing.some((scope) => policy.adminOnlyScopes.has(scope))) {
      return adminApprovalPage(stepOf(id, flow.request), missing);
    }
    const { clientId } = flow.request.app;
    const consents = person.consents.get(clientId) ?? new Set<string>();
    for (const scope of flow.request.scopes.graph) consents.add(scope);
    person.consents.set(clientId, consents);
    if (missing.length > 0) {
      report({
        site: 'entra',
        name: 'consent.given',
        text: `${person.account.username} allowed ${missing.join(', ')}`,
        fields: { username: person.account.username },
      });
    }
    return finish(id, flow, person);
  }

  function finish(id: string, flow: Flow, person: Person): Page {
    flows.delete(id);
    const { request } = flow;
    const code = memory.newCode({
      account: person.account,
      clientId: request.app.clientId,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      nonce: request.nonce,
    });
    report({
      site: 'entra',
      name: 'sign-in.completed',
      text: `${person.account.username} signed in`,
      fields: { username: person.account.username },
    });
    return formPostPage(request.redirectUri, {
      code,
      ...(request.wantsClientInfo ? { client_info: clientInfo(person.account) } : {}),
      ...(request.state === null ? {} : { state: request.state }),
      session_state: randomUUID(),
    });
  }

  function finishWith(id: string, flow: Flow, error: EntraError, what: string): Page {
    flows.delete(id);
    report({
      site: 'entra',
      name: 'sign-in.declined',
      text: `${flow.person?.account.username ?? 'The person'} ${what}`,
      fields: { aadsts: error.aadsts },
    });
    return postError(
      flow.request.redirectUri,
      flow.request.state,
      { ...error, error: 'access_denied' },
      flow.correlationId,
    );
  }

  function postError(redirectUri: string, state: string | null, error: EntraError, correlationId: string): Page {
    const { error: code, error_description, error_uri } = errorBody(error, clock.now(), correlationId);
    return formPostPage(redirectUri, {
      error: code,
      error_description,
      error_uri,
      ...(state === null ? {} : { state }),
    });
  }

  function tellRefused(error: EntraError): void {
    report({
      site: 'entra',
      name: 'authorize.refused',
      text: `A sign-in request was refused: AADSTS${error.aadsts}`,
      fields: { aadsts: error.aadsts },
    });
  }

  return { authorize, submit };
}

function missingScopes(request: AuthorizeRequest, person: Person): string[] {
  const consents = person.consents.get(request.app.clientId);
  return request.scopes.graph.filter((scope) => !consents?.has(scope));
}

function stepOf(flow: string, request: AuthorizeRequest): StepPage {
  return { action: `/${request.tenant}/login`, flow, appName: request.app.name };
}
