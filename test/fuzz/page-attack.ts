import { channels } from '../../main/shell/handlers.ts';
import { exchange, rawRequest } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { startTarget, type Target } from './target.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Arguments that no message has, whatever it is. Where a message would take one of them, it is left out below. */
const badArguments: readonly unknown[] = [
  null,
  'text',
  7,
  { length: 0 },
  [[]],
  [{}],
  [JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{}}}')],
  [{ toString: 'x', valueOf: 'x' }],
  [1, 2, 3, 4, 5],
  [-1],
  [''],
  ['x'.repeat(3000)],
  [['../../etc/passwd']],
  [JSON.parse('{"then":"x"}')],
];

/** Not our page: each is what one kind of stranger can send, and none may be listened to. */
const strangers = (own: string, token: string): readonly (readonly [string, number, Headers])[] => [
  ['without a token', 401, { authorization: undefined }],
  ['with a token that was guessed', 401, { authorization: `Bearer ${'a'.repeat(43)}` }],
  [
    'with a token that ends otherwise',
    401,
    { authorization: `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` },
  ],
  ['from another site', 403, { origin: 'https://evil.example' }],
  ['from a page on another port', 403, { origin: 'http://127.0.0.1:1' }],
  ['from a page without an origin', 403, { origin: 'null' }],
  ['from another site that hides its origin', 403, { origin: undefined, 'sec-fetch-site': 'cross-site' }],
  ['from the same site, not the same origin', 403, { origin: undefined, 'sec-fetch-site': 'same-site' }],
  ['under a name that was made to point here', 421, { host: 'evil.example' }],
  ['under the name localhost', 421, { host: `localhost:${own.split(':')[1]}` }],
  ['as a form', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
  ['as plain text', 415, { 'content-type': 'text/plain' }],
];

const targets: readonly string[] = [
  '/../main/start-browser.js',
  '/..%2fmain%2fstart-browser.js',
  '/%2e%2e/main/start-browser.js',
  '/assets/../../main/start-browser.js',
  '/assets/..%5c..%5cmain',
  '/assets\\..\\..\\main',
  '//etc/passwd',
  '/etc/passwd',
  '/./index.html',
  '/index.html/',
  '/index.html%00',
  '/index.html?x=1',
  '/index.html;x',
  '/INDEX.HTML',
  '/.env',
  '/.git/config',
  '/assets/',
  '/assets',
  '/api',
  '/api/',
  '/api/unknown',
  '/api/request/',
  '/api/../api/request',
  '/constructor',
  '/__proto__',
  '/toString',
  'http://evil.example/',
  'file:///etc/passwd',
  '*',
  '/\u00e4',
];

/** The page's server as the built app runs it, by raw bytes; and every message with arguments that it cannot have. */
export async function attackPage({ verdicts }: AttackContext): Promise<void> {
  const target = await startTarget();
  try {
    const port = target.pagePort();
    const own = `127.0.0.1:${port}`;
    const send = async (method: string, path: string, changed: Headers = {}, body = ''): Promise<number> => {
      const headers = {
        host: own,
        origin: method === 'POST' ? `http://${own}` : undefined,
        'sec-fetch-site': 'same-origin',
        authorization: `Bearer ${target.token()}`,
        ...changed,
      };
      return (await exchange(port, rawRequest(path, { method, headers, body }))).status;
    };
    const state = async (): Promise<string> => {
      const { health, accounts, signIn } = await target.ask('app:get');
      return JSON.stringify([health.state, accounts.length, signIn.kind, await target.ask('settings:get')]);
    };
    const before = await state();

    let sent = 0;
    const wrong: string[] = [];
    for (const channel of [...channels, 'page:toasts', 'page:toast-clicked']) {
      for (const args of badArguments) {
        // The one message for which an empty text is an argument like any other.
        if (channel === 'page:toast-clicked' && Array.isArray(args) && args.length === 1 && typeof args[0] === 'string')
          continue;
        sent += 1;
        const status = await send('POST', '/api/request', {}, JSON.stringify({ channel, args }));
        if (status !== 400) wrong.push(`${channel} with ${JSON.stringify(args).slice(0, 40)}: ${status}`);
      }
    }
    for (const channel of [
      '',
      'app',
      'app:get ',
      'APP:GET',
      '__proto__',
      'constructor',
      'toString',
      'app:eval',
      7,
      null,
      ['app:get'],
    ]) {
      sent += 1;
      const status = await send('POST', '/api/request', {}, JSON.stringify({ channel, args: [] }));
      if (status !== 400) wrong.push(`channel ${JSON.stringify(channel)}: ${status}`);
    }
    verdicts.check(
      'S5',
      `${channels.length} messages and ${badArguments.length} malformed arguments, ${sent} in all`,
      `${wrong.length} not refused`,
      '0',
      wrong.length === 0,
      wrong.slice(0, 8).join('; ') || undefined,
    );

    const heard: string[] = [];
    let tries = 0;
    for (const [name, wanted, changed] of strangers(own, target.token())) {
      for (const channel of channels) {
        tries += 1;
        const status = await send('POST', '/api/request', changed, JSON.stringify({ channel, args: [] }));
        if (status !== wanted) heard.push(`${channel} ${name}: ${status} in place of ${wanted}`);
      }
    }
    verdicts.check(
      'S5',
      `every message from ${strangers(own, '').length} kinds of strangers, ${tries} in all`,
      `${heard.length} heard`,
      '0',
      heard.length === 0,
      heard.slice(0, 8).join('; ') || 'frames, windows and origins of Electron: test/integration/shell/systems.test.ts',
    );

    const served: string[] = [];
    for (const path of targets) {
      const status = await send('GET', path);
      if (![400, 404, 405, 0].includes(status)) served.push(`${path}: ${status}`);
    }
    verdicts.check(
      'S5',
      `${targets.length} paths out of the page’s folder`,
      `${served.length} served`,
      '0',
      served.length === 0,
      served.join('; ') || undefined,
    );

    const codes = await attackCodes(target, send);
    verdicts.check(
      'S5',
      `${codes.tries} tries to come in with guessed and malformed codes`,
      `${codes.opened} opened`,
      '0',
      codes.opened === 0,
    );
    const streams = await Promise.all(Array.from({ length: 40 }, () => stream(target)));
    const open = streams.filter(({ status }) => status === 200).length;
    for (const { end } of streams) end();
    verdicts.check('S5', '40 pages that listen at once', `${open} served`, '≤ 16', open <= 16);
    const after = await state();
    verdicts.check(
      'S5',
      'state and settings afterwards',
      after === before ? 'as before' : 'changed',
      'as before',
      after === before,
    );
    // A code that comes twice may be stolen: it opens nothing, and ends the page that came by it.
    const [code] = target.pageCodes();
    const again = await send('POST', '/api/start', { authorization: undefined }, JSON.stringify({ code }));
    const mine = await send('POST', '/api/request', {}, JSON.stringify({ channel: 'app:get', args: [] }));
    verdicts.check(
      'S5',
      'a code that was used, again',
      `${again}, and its page is told ${mine}`,
      '401 and 401',
      again === 401 && mine === 401,
    );
    verdicts.check('S5', 'crashes', String(target.crashes()), '0', target.crashes() === 0);
  } finally {
    await target.stop();
  }
}

async function attackCodes(
  target: Target,
  send: (method: string, path: string, changed: Headers, body: string) => Promise<number>,
): Promise<{ readonly tries: number; readonly opened: number }> {
  const guessed: readonly unknown[] = [
    '',
    'x',
    'a'.repeat(43),
    '__proto__',
    'constructor',
    null,
    7,
    [],
    {},
    { toString: 'x' },
  ];
  const bodies = [
    ...guessed.map((code) => JSON.stringify({ code })),
    ...['', 'null', '[]', '"code"', '{', '{"code":', '\u0000'],
    ...Array.from({ length: 50 }, (_, n) => JSON.stringify({ code: Buffer.alloc(32, n).toString('base64url') })),
  ];
  let opened = 0;
  for (const body of bodies) {
    const status = await send('POST', '/api/start', { authorization: undefined }, body);
    if (status !== 401) opened += 1;
  }
  for (const bearer of ['', target.token(), 'a'.repeat(43)]) {
    const status = await send('POST', '/api/code', { authorization: `Bearer ${bearer}` }, '{}');
    if (status !== 401) opened += 1;
  }
  return { tries: bodies.length + 3, opened };
}

async function stream(target: Target): Promise<{ readonly status: number; readonly end: () => void }> {
  const end = new AbortController();
  const response = await fetch(`http://127.0.0.1:${target.pagePort()}/api/events`, {
    headers: { authorization: `Bearer ${target.token()}` },
    signal: end.signal,
  });
  return { status: response.status, end: () => end.abort() };
}
