/** The pages a person sees at sign-in, step by step. Plain HTML, for the keyboard and without script. */
import { type EntraError, errorLine } from './aadsts.ts';
import { asText, type Page } from './page.ts';
import { describeScope } from './scopes.ts';

export interface StepPage {
  /** Address the form posts to. */
  readonly action: string;
  /** Names the sign-in under way. */
  readonly flow: string;
  readonly appName: string;
}

/** Which account? One button each, and one for another account. */
export function pickPage(step: StepPage, accounts: readonly { username: string; name: string }[]): Page {
  const buttons = accounts.map(
    ({ username, name }) =>
      `<button class="pick" name="username" value="${asText(username)}">${asText(name)}<br>${asText(username)}</button>`,
  );
  return {
    title: 'Pick an account',
    main: `<p>to continue to ${asText(step.appName)}</p>
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<input type="hidden" name="action" value="pick">
${buttons.join('\n')}
<button class="pick" name="username" value="">Use another account</button>
</form>
${cancelForm(step)}`,
  };
}

/** Account and password. */
export function passwordPage(step: StepPage, username: string, problem?: string): Page {
  const focus = (isHere: boolean) => (isHere ? ' autofocus' : '');
  return {
    title: 'Sign in',
    main: `<p>to continue to ${asText(step.appName)}</p>
${alert(problem)}
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<label for="username">Account</label>
<input id="username" name="username" type="email" autocomplete="username" required value="${asText(username)}"${focus(username === '')}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${problem ? ' aria-describedby="problem"' : ''}${focus(username !== '')}>
<div class="buttons">
<button name="action" value="sign-in" class="main">Sign in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
  };
}

/** What the app asks for, when it asks for the first time. */
export function consentPage(step: StepPage, username: string, scopes: readonly string[]): Page {
  return {
    title: 'Permissions requested',
    main: `<p>${asText(username)}</p>
<p><strong>${asText(step.appName)}</strong> would like to:</p>
${permissionsForm(step, scopes)}`,
  };
}

/** A code from the person's phone; `isEnrolled` false: the phone is set up as second factor with it. */
export function codePage(step: StepPage, username: string, isEnrolled: boolean, problem?: string): Page {
  return {
    title: isEnrolled ? 'Enter code' : 'More information required',
    main: `<p>${asText(username)}</p>
<p>${isEnrolled ? '' : 'Your organisation needs a second way to know you. '}We sent a code to your phone.</p>
${alert(problem)}
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus${problem ? ' aria-describedby="problem"' : ''}>
<div class="buttons">
<button name="action" value="code" class="main">Verify</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
  };
}

/** The old one has expired. */
export function newPasswordPage(step: StepPage, username: string, problem?: string): Page {
  return {
    title: 'Update your password',
    main: `<p>${asText(username)}</p>
<p>Your password has expired.</p>
${alert(problem)}
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<label for="new-password">New password</label>
<input id="new-password" name="new-password" type="password" autocomplete="new-password" required autofocus${problem ? ' aria-describedby="problem"' : ''}>
<div class="buttons">
<button name="action" value="change-password" class="main">Sign in</button>
<button name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
  };
}

/** Policy says no. There is no way back to the app: it hears nothing. */
export function blockedPage(step: StepPage, username: string, error: EntraError): Page {
  return {
    title: 'You cannot access this right now',
    main: `<p>${asText(username)}</p>
<p>Your sign-in was successful, but does not meet what your organisation demands for ${asText(step.appName)}.</p>
<p class="error" role="alert">${asText(errorLine(error))}</p>
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<input type="hidden" name="username" value="">
<div class="buttons"><button name="action" value="pick" class="main" autofocus>Use another account</button></div>
</form>`,
  };
}

/** Only an administrator can allow this; the person can go back without, or send a request where that is set up. */
export function adminApprovalPage(step: StepPage, scopes: readonly string[], canRequest: boolean): Page {
  const request = '<button name="action" value="request">Request approval</button>';
  return {
    title: 'Need admin approval',
    main: `<p><strong>${asText(step.appName)}</strong> needs permissions that only an administrator of your organisation can grant:</p>
<ul>${scopes.map((scope) => `<li>${asText(describeScope(scope))} (${asText(scope)})</li>`).join('')}</ul>
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<div class="buttons">
${canRequest ? request : ''}
<button name="action" value="without" class="main" autofocus>Return without granting</button>
</div>
</form>`,
  };
}

/** The administrator was asked; until they answer the app goes without. */
export function requestSentPage(step: StepPage): Page {
  return {
    title: 'Request sent',
    main: `<p>Your administrator will hear of it.</p>
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<div class="buttons"><button name="action" value="without" class="main" autofocus>Back to the app</button></div>
</form>`,
  };
}

/** What an administrator allows for everybody, at the address an app hands on. */
export function adminConsentPage(step: StepPage, tenantName: string, scopes: readonly string[]): Page {
  return {
    title: 'Permissions requested for your organisation',
    main: `<p>As an administrator of ${asText(tenantName)} you would let <strong>${asText(step.appName)}</strong>, for everybody there:</p>
${permissionsForm(step, scopes)}`,
  };
}

/** What is asked for in words and by name, and the two answers. */
function permissionsForm(step: StepPage, scopes: readonly string[]): string {
  return `<ul>${scopes.map((scope) => `<li>${asText(describeScope(scope))} (${asText(scope)})</li>`).join('')}</ul>
<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<div class="buttons">
<button name="action" value="accept" class="main" autofocus>Accept</button>
<button name="action" value="decline">Decline</button>
</div>
</form>`;
}

function alert(problem: string | undefined): string {
  return problem ? `<p class="error" role="alert" id="problem">${asText(problem)}</p>` : '';
}

function cancelForm(step: StepPage): string {
  return `<form method="post" action="${asText(step.action)}">
<input type="hidden" name="flow" value="${asText(step.flow)}">
<div class="buttons"><button name="action" value="cancel">Cancel</button></div>
</form>`;
}
