/** A person at the browser: opens the address an app asked to open, and does what people do there. */
import { type BrowserPage, createBrowser, type PageForm, readForms, readProblem } from './browser.ts';
import type { Report } from './types.ts';

export interface SignInChoice {
  readonly username: string;
  /** Without it: the password the account has now. */
  readonly password?: string;
  /** Typed when a code is asked for. Without it: the code on the phone. */
  readonly code?: string;
  /** Typed where a page asks for the code that a program on another device shows. */
  readonly userCode?: string;
  /** Chosen when the old password has expired. */
  readonly newPassword?: string;
  /**
   * `accept`: sign in and allow what is asked. `decline`: sign in, refuse the permissions (or leave, if none are
   * asked). `cancel`: leave before signing in. `close`: shut the tab; the app hears nothing. `request`: as `accept`, and
   * where only an administrator can allow it, send them a request before going back.
   */
  readonly action?: 'accept' | 'decline' | 'cancel' | 'close' | 'request';
}

export type SignInResult =
  | {
      readonly kind: 'returned';
      readonly /** What the app's own page answered. */ page: BrowserPage;
      readonly sent: 'code' | 'error';
    }
  | { readonly kind: 'closed' }
  | { readonly kind: 'stuck'; readonly problem: string };

export interface Person {
  /** @throws if the page cannot be loaded at all, as without network. */
  signIn(authorizeUrl: string, choice: SignInChoice): Promise<SignInResult>;
  stop(): void;
}

/** No sign-in takes more pages than this. */
const mostPages = 8;

export function createPerson(options: {
  readonly proxyUrl: string;
  readonly caPem: string;
  readonly report: Report;
  readonly passwordOf: (username: string) => string;
  /** The code sent to this account's phone. */
  readonly codeOf: (username: string) => string;
}): Person {
  const browser = createBrowser(options);
  const { report } = options;

  async function signIn(authorizeUrl: string, choice: SignInChoice): Promise<SignInResult> {
    const { username, action = 'accept' } = choice;
    const password = choice.password ?? options.passwordOf(username);
    const origin = new URL(authorizeUrl).origin;
    let page = await browser.get(authorizeUrl);
    report({ site: 'person', name: 'browser.opened', text: 'The sign-in page opened in the browser' });
    if (action === 'close') {
      report({ site: 'person', name: 'browser.closed', text: 'The browser tab was closed' });
      return { kind: 'closed' };
    }
    let lastSent: 'code' | 'error' = 'error';
    for (let step = 0; step < mostPages; step += 1) {
      if (page.html.includes('role="status"')) return { kind: 'returned', page, sent: lastSent };
      if (page.location) {
        const isHome = page.location.startsWith(origin);
        const sent = new URL(page.location).searchParams.has('code') ? 'code' : 'error';
        page = await browser.get(page.location);
        lastSent = sent;
        if (isHome) continue;
        tellReturned(sent);
        return { kind: 'returned', page, sent };
      }
      const back = formTo(page, (form) => !form.action.startsWith(origin));
      if (back) {
        const sent = 'code' in back.fields ? 'code' : 'error';
        const answer = await browser.submit(back, {}, origin);
        tellReturned(sent);
        return { kind: 'returned', page: answer, sent };
      }
      const problem = readProblem(page);
      if (problem) return { kind: 'stuck', problem };
      const { newPassword = `new password of ${username}` } = choice;
      const code = () => choice.code ?? options.codeOf(username);
      const next = nextMove(page, { username, password, newPassword, code, action, userCode: choice.userCode });
      if (!next) return { kind: 'stuck', problem: 'The page has nothing to press' };
      page = await browser.submit(next.form, next.values, origin);
    }
    return { kind: 'stuck', problem: `No end after ${mostPages} pages` };
  }

  function tellReturned(sent: 'code' | 'error'): void {
    const text = `The browser went back to the app with ${sent === 'code' ? 'a code' : 'an error'}`;
    report({ site: 'person', name: 'browser.returned', text });
  }

  return { signIn, stop: browser.stop };
}

function formTo(page: BrowserPage, isWanted: (form: PageForm) => boolean): PageForm | undefined {
  return readForms(page).find(isWanted);
}

function nextMove(
  page: BrowserPage,
  choice: {
    readonly username: string;
    readonly password: string;
    readonly newPassword: string;
    readonly userCode: string | undefined;
    readonly code: () => string;
    readonly action: 'accept' | 'decline' | 'cancel' | 'request';
  },
): { readonly form: PageForm; readonly values: Readonly<Record<string, string>> } | null {
  const press = (value: string) => {
    const form = formTo(page, ({ buttons }) =>
      buttons.some((button) => button.name === 'action' && button.value === value),
    );
    return form ? { form, values: { action: value } } : null;
  };
  const deviceForm = formTo(page, ({ fields }) => 'user-code' in fields);
  if (deviceForm)
    return choice.userCode === undefined ? null : { form: deviceForm, values: { 'user-code': choice.userCode } };
  const passwordForm = formTo(page, ({ fields }) => 'password' in fields);
  if (passwordForm) {
    if (choice.action === 'cancel') return press('cancel');
    const { username, password } = choice;
    return { form: passwordForm, values: { username, password, action: 'sign-in' } };
  }
  const newPasswordForm = formTo(page, ({ fields }) => 'new-password' in fields);
  const codeForm = formTo(page, ({ fields }) => 'code' in fields);
  if (newPasswordForm || codeForm) {
    if (choice.action === 'cancel' || choice.action === 'decline') return press('cancel');
    if (newPasswordForm) {
      return { form: newPasswordForm, values: { 'new-password': choice.newPassword, action: 'change-password' } };
    }
    if (codeForm) return { form: codeForm, values: { code: choice.code(), action: 'code' } };
  }
  const pickForm = formTo(page, ({ fields }) => fields.action === 'pick');
  if (pickForm) {
    if (choice.action === 'cancel') return press('cancel');
    const isListed = pickForm.buttons.some(({ value }) => value === choice.username);
    return { form: pickForm, values: { username: isListed ? choice.username : '' } };
  }
  const asked = choice.action === 'request' ? press('request') : null;
  const isYes = choice.action === 'accept' || choice.action === 'request';
  return asked ?? press('without') ?? press(isYes ? 'accept' : 'decline');
}
