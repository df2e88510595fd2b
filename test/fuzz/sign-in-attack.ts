import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { exchange, rawRequest } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { startTarget, type Target, username } from './target.ts';

interface Forgery {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Somebody on this computer, or a page in the browser, who knows the port but not the state. */
const strangers: readonly Forgery[] = [
  { name: 'a code without a state', form: { code: 'stolen' } },
  { name: 'a code with an empty state', form: { code: 'stolen', state: '' } },
  { name: 'a code with a state of their own', form: { code: 'stolen', state: 'guessed' } },
  { name: 'a code in the address', method: 'GET', path: '/?code=stolen&state=guessed' },
  { name: 'a code in the address, without a state', method: 'GET', path: '/?code=stolen' },
  { name: 'an error', form: { error: 'access_denied', state: 'guessed' } },
  { name: 'an error in the address', method: 'GET', path: '/?error=access_denied&state=guessed' },
  { name: 'an error with markup', form: { error: 'x', error_description: '<script>alert(1)</script>', state: 'y' } },
  { name: 'a foreign Host', headers: { host: 'evil.example' }, form: { code: 'stolen', state: 'guessed' } },
  { name: 'a foreign Origin', headers: { origin: 'https://evil.example' }, form: { code: 'stolen', state: 'guessed' } },
  { name: 'another path', path: '/admin', form: { code: 'stolen', state: 'guessed' } },
  { name: 'a path upwards', method: 'GET', path: '/../../etc/passwd' },
  { name: 'two states', body: 'code=stolen&state=guessed&state=other' },
  { name: 'a state in a list', body: 'code=stolen&state[]=guessed' },
  { name: 'a prototype', body: '__proto__[state]=x&code=stolen' },
  { name: 'JSON', headers: { 'content-type': 'application/json' }, body: '{"code":"stolen","state":"guessed"}' },
  { name: 'a token in place of a code', form: { access_token: 'stolen', id_token: 'stolen', state: 'guessed' } },
  { name: 'a code of 50,000 letters', form: { code: 'x'.repeat(50_000), state: 'guessed' } },
  { name: 'nothing', body: '' },
  { name: 'bytes that are no form', body: '\u0000\u0001\u0002%%%' },
  { name: 'a pre-flight', method: 'OPTIONS' },
  { name: 'the icon that browsers ask for', method: 'GET', path: '/favicon.ico' },
];

export async function attackSignIn({ verdicts }: AttackContext): Promise<void> {
  const target = await startTarget({ signIn: false });
  const { cloud } = target;
  const redeemed = (): number => cloud.events.filter(({ name }) => /^token\.(issued|refused)/.test(name)).length;
  try {
    const before = redeemed();
    let ended = 0;
    const wrong: string[] = [];
    for (const forgery of strangers) {
      const { port } = await begin(target);
      const { name, method = 'POST', path = '/', headers = {}, form } = forgery;
      const body = forgery.body ?? new URLSearchParams(form ?? {}).toString();
      const type = 'application/x-www-form-urlencoded';
      const bytes = rawRequest(path, {
        method,
        headers: { host: `localhost:${port}`, 'content-type': type, ...headers },
        body,
      });
      const answer = await Promise.race([exchange(port, bytes), delay(3000, null)]);
      if (answer?.body.includes('<script>')) wrong.push(`${name}: its markup came back`);
      if (answer?.body.includes('Back to Tidings')) wrong.push(`${name}: told that it went well`);
      await delay(60);
      const view = await target.ask('app:get');
      if (view.accounts.length > 0) wrong.push(`${name}: signed in`);
      if (view.signIn.kind !== 'waitingForBrowser') ended += 1;
    }
    verdicts.check(
      'A5',
      `${strangers.length} forged callbacks`,
      `${wrong.length} accepted, ${redeemed() - before} codes redeemed`,
      '0 and 0 of ≥ 20',
      wrong.length === 0 && redeemed() === before && strangers.length >= 20,
      [...wrong, `${ended} ended the attempt, which the person begins anew`].join('; '),
    );
    verdicts.check('A5', 'crashes', String(target.crashes()), '0', target.crashes() === 0);

    // A code of somebody else, with the right state: PKCE makes it worthless.
    const { port, state } = await begin(target);
    const form = new URLSearchParams({ code: 'somebody-elses-code', state }).toString();
    await exchange(port, formPost(port, form));
    await target.until(({ signIn }) => signIn.kind === 'failed', 'the attempt fails');
    const { accounts } = await target.ask('app:get');
    verdicts.check(
      'A5',
      'a foreign code with the right state',
      `${accounts.length} accounts`,
      '0',
      accounts.length === 0,
    );

    const genuine = await begin(target);
    const result = await cloud.person.signIn(genuine.url, { username });
    await target.until(({ health }) => health.state === 'allGood', 'all good');
    const from = performance.now();
    while (await isOpen(genuine.port)) {
      if (performance.now() - from > 10_000) break;
      await delay(20);
    }
    const closedMs = performance.now() - from;
    verdicts.check(
      'A5',
      'after all of that the person signs in, and the door closes',
      `${result.kind}, closed after ${closedMs.toFixed(0)} ms`,
      'returned, ≤ 5 s',
      result.kind === 'returned' && closedMs <= 5000,
    );
    const replayed = await exchange(genuine.port, formPost(genuine.port, `code=x&state=${genuine.state}`)).catch(
      () => null,
    );
    verdicts.check(
      'A5',
      'a replay afterwards',
      replayed === null ? 'nobody there' : `answered ${replayed.status}`,
      'nobody there',
      replayed === null,
    );
  } finally {
    await target.stop();
  }
}

async function begin(target: Target): Promise<{ readonly url: string; readonly port: number; readonly state: string }> {
  const url = await target.beginSignIn();
  const query = new URL(url).searchParams;
  return { url, port: Number(new URL(query.get('redirect_uri') ?? '').port), state: query.get('state') ?? '' };
}
function formPost(port: number, body: string): Buffer {
  const headers = { host: `localhost:${port}`, 'content-type': 'application/x-www-form-urlencoded' };
  return rawRequest('/', { headers, body });
}
function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
