/** What every page of the sign-in has: its frame, its policy, and the two that end a sign-in. Works without script. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type EntraError, errorLine } from './aadsts.ts';

export interface Page {
  readonly title: string;
  readonly main: string;
  readonly status?: number;
  /** Where a form of this page may go, besides back to us. */
  readonly formTarget?: string;
  /** A script, run under the page's nonce. */
  readonly script?: string;
}

const style = `
  :root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --room: #eef1f5; --line: #b9c2cf; --act: #0b5a8a; --bad: #a4161a; }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8edf4; --paper: #1d242d; --room: #12171d; --line: #4a5665; --act: #58b3e8; --bad: #ff8f8f; }
    button.main { color: #08131b !important; }
  }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--room); color: var(--ink);
    font: 16px/1.5 system-ui, sans-serif; }
  main { width: min(27rem, 100vw - 2rem); background: var(--paper); padding: 2rem; border-radius: .75rem;
    box-shadow: 0 .5rem 2rem rgb(0 0 0 / .12); }
  .played { margin: 0 0 1.5rem; font-size: .8125rem; opacity: .8; }
  h1 { margin: 0 0 1rem; font-size: 1.5rem; font-weight: 600; }
  label { display: block; margin-top: 1rem; font-weight: 600; }
  input { width: 100%; margin-top: .25rem; padding: .6rem .75rem; font: inherit; color: inherit; background: transparent;
    border: 1px solid var(--line); border-radius: .375rem; }
  .error { color: var(--bad); font-weight: 600; }
  .buttons { display: flex; gap: .75rem; justify-content: flex-end; margin-top: 1.75rem; }
  button { padding: .6rem 1.25rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
    border-radius: .375rem; cursor: pointer; }
  button.main { background: var(--act); border-color: var(--act); color: #fff; }
  button.pick { display: block; width: 100%; margin-top: .5rem; text-align: left; }
  :focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
  ul { padding-left: 1.25rem; }
`;

/** Sends a page under a policy that lets nothing in: own style, own script by nonce, forms to us and `formTarget`. */
export function sendPage(response: ServerResponse, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    `form-action 'self' ${page.formTarget ?? ''}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  response.writeHead(page.status ?? 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  response.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asText(page.title)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<p class="played">Sign-in, played by the stand-in cloud. No real account is involved.</p>
<h1>${asText(page.title)}</h1>
${page.main}
</main>
${page.script ? `<script nonce="${nonce}">${page.script}</script>` : ''}
</body>
</html>
`);
}

/** Carries the answer to the app: posts itself, and has a button where script does not run. */
export function formPostPage(redirectUri: string, fields: Readonly<Record<string, string>>): Page {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${asText(name)}" value="${asText(value)}">`,
  );
  return {
    title: 'Going back to the app',
    main: `<p>If nothing happens, press Continue.</p>
<form method="post" action="${asText(redirectUri)}">
${inputs.join('\n')}
<div class="buttons"><button class="main" autofocus>Continue</button></div>
</form>`,
    formTarget: new URL(redirectUri).origin,
    script: 'document.forms[0].submit();',
  };
}

/** An error the person sees and the app does not. */
export function errorPage(error: EntraError): Page {
  return {
    title: 'Sorry, signing you in failed',
    main: `<p class="error" role="alert">${asText(errorLine(error))}</p>`,
    status: error.status,
  };
}

/** Text as it may stand in a page, in attributes too. */
export function asText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
