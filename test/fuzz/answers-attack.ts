import { setTimeout as delay } from 'node:timers/promises';
import type { AttackContext } from './attacks.ts';
import { startTarget, type Target, username } from './target.ts';

const mebibyte = 1024 * 1024;
/** Within this time the app asks Graph when a person wants it to, also on a busy machine. */
const askLimitMs = 20_000;
const graphHost = 'graph.microsoft.com';
const json = 'application/json';

interface Answer {
  readonly name: string;
  readonly body: string;
  readonly type?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const deltaOf = (value: unknown, more: object = {}): string =>
  JSON.stringify({ value, '@odata.deltaLink': `https://${graphHost}/v1.0/me/x/delta?$deltatoken=x`, ...more });
const here = `https://${graphHost}/v1.0/me/mailFolders/inbox/messages/delta?$skiptoken=again`;

const fromGraph: readonly Answer[] = [
  { name: 'nothing', body: '' },
  { name: 'HTML', body: '<!doctype html><title>Accept our terms</title>', type: 'text/html' },
  { name: 'HTML that says JSON', body: '<!doctype html>' },
  { name: 'null', body: 'null' },
  { name: 'a list', body: '[]' },
  { name: 'half an answer', body: '{"value":[{"id":"x"' },
  { name: 'a value of text', body: deltaOf('x') },
  { name: 'items of null', body: deltaOf([null, null]) },
  { name: 'items without an id', body: deltaOf([{ subject: 'x' }]) },
  {
    name: 'items of wrong types',
    body: deltaOf([{ id: 7, subject: {}, from: [], receivedDateTime: -1, isRead: 'no' }]),
  },
  { name: 'dates that are none', body: deltaOf([{ id: 'x', receivedDateTime: 'tomorrow', start: {}, end: null }]) },
  { name: 'a prototype', body: '{"value":[{"__proto__":{"id":"x"},"constructor":{}}],"__proto__":{"value":[]}}' },
  { name: '200,000 brackets', body: '['.repeat(200_000) },
  { name: 'neither delta link nor next link', body: '{"value":[]}' },
  { name: 'links that are no text', body: '{"value":[],"@odata.nextLink":{"x":1},"@odata.deltaLink":7}' },
  {
    name: 'a next page on another host',
    body: JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/x' }),
  },
  {
    name: 'a next page on a look-alike',
    body: JSON.stringify({ value: [], '@odata.nextLink': `https://${graphHost}.evil.example/x` }),
  },
  {
    name: 'a next page behind a user',
    body: JSON.stringify({ value: [], '@odata.nextLink': `https://${graphHost}@evil.example/x` }),
  },
  {
    name: 'a next page without TLS',
    body: JSON.stringify({ value: [], '@odata.nextLink': `http://${graphHost}/v1.0/x` }),
  },
  {
    name: 'a delta link on another host',
    body: JSON.stringify({ value: [], '@odata.deltaLink': 'https://evil.example/d' }),
  },
  { name: 'pages without end', body: JSON.stringify({ value: [], '@odata.nextLink': here }) },
  { name: 'a redirect to another host', status: 302, body: '', headers: { location: 'https://evil.example/' } },
  { name: '100 MB', body: `{"value":[],"x":"${'x'.repeat(100 * mebibyte)}"}` },
  { name: 'an error of 100,000 letters', status: 500, body: JSON.stringify({ error: { code: 'x'.repeat(100_000) } }) },
  { name: 'a wait of a thousand years', status: 429, body: '{}', headers: { 'retry-after': '31536000000' } },
  { name: 'a wait that is no number', status: 503, body: '{}', headers: { 'retry-after': '<script>' } },
  {
    name: 'a challenge that is none',
    status: 401,
    body: '{}',
    headers: { 'www-authenticate': `Bearer ${'x="'.repeat(2000)}` },
  },
];

const tunnel = (fields: object): string =>
  JSON.stringify({ id: 'x', port: 40000, max_conn_count: 10, url: 'https://x.loca.lt', ...fields });
const fromRelay: readonly Answer[] = [
  { name: 'nothing', body: '' },
  { name: 'HTML', body: '<!doctype html>', type: 'text/html' },
  { name: 'null', body: 'null' },
  { name: 'a list', body: '[]' },
  { name: 'an object of nothing', body: '{}' },
  { name: 'a port of text', body: tunnel({ port: 'ssh' }) },
  { name: 'a port of -1', body: tunnel({ port: -1 }) },
  { name: 'a port of 99999', body: tunnel({ port: 99_999 }) },
  { name: 'an address of another host', body: tunnel({ url: 'https://evil.example' }) },
  { name: 'an address of this computer', body: tunnel({ url: 'https://127.0.0.1' }) },
  { name: 'an address of a script', body: tunnel({ url: 'javascript:alert(1)' }) },
  { name: 'a billion connections', body: tunnel({ max_conn_count: 1e9 }) },
  { name: 'minus one connection', body: tunnel({ max_conn_count: -1 }) },
  { name: 'an id of a megabyte', body: tunnel({ id: 'x'.repeat(mebibyte) }) },
  { name: 'a message with markup', body: '{"message":"<img src=x onerror=alert(1)>"}' },
  { name: '50 MB', body: `{"id":"${'x'.repeat(50 * mebibyte)}"}` },
];

/** Whatever answers in place of Graph or the relay's interface. */
export async function attackByAnswers({ verdicts }: AttackContext): Promise<void> {
  const target = await startTarget();
  const { cloud } = target;
  // Nobody answers for these hosts, so the proxy refuses the connection, before any request.
  const elsewhere = (): number =>
    cloud.events.filter(({ name, fields }) => name === 'host.refused' && /evil\.example/.test(String(fields?.host)))
      .length;
  try {
    const before = await target.watch();
    const wrong: string[] = [];
    let most = 0;
    for (const answer of fromGraph) {
      const asked = cloud.requests.length;
      const end = cloud.proxy.fail(graphHost, faultOf(answer));
      await target.ask('health:check-now');
      const endMs = performance.now() + askLimitMs;
      while (cloud.requests.length === asked && performance.now() < endMs) await delay(20);
      await delay(answer.body.length > mebibyte ? 2500 : 300);
      end();
      const asks = cloud.requests.length - asked;
      most = Math.max(most, asks);
      if (asks === 0) wrong.push(`${answer.name}: Graph was not asked`);
      if (!target.isAlive()) throw new Error(`the app died of ${answer.name}\n${target.output()}`);
      if (target.alertCount() > 0) wrong.push(`${answer.name}: an alert`);
      const { accounts } = await target.ask('app:get');
      if (accounts.some(({ session }) => session !== 'signedIn'))
        wrong.push(`${answer.name}: asks the person to sign in`);
    }
    verdicts.check(
      'Y4',
      `${fromGraph.length} answers that Graph would not give`,
      `${wrong.length} taken wrongly, ${elsewhere()} requests elsewhere`,
      '0 and 0',
      wrong.length + elsewhere() === 0,
      wrong.slice(0, 6).join('; ') || undefined,
    );
    verdicts.check('Y4', 'requests because of one of them', `${most} at most`, '≤ 400', most <= 400);
    await delay(1000);
    const grown = (await target.watch()).heap - before.heap;
    verdicts.check(
      'Y4',
      'memory afterwards',
      `${(grown / mebibyte).toFixed(1)} MB more`,
      '≤ 20 MB',
      grown <= 20 * mebibyte,
    );
    await isTold(target, 'After the answers').then((told) =>
      verdicts.check('Y4', 'a mail afterwards', told ? 'told' : 'not told', 'told within 60 s', told),
    );

    const bad: string[] = [];
    const soFar = elsewhere();
    for (const answer of fromRelay) {
      await target.kill();
      const end = cloud.proxy.fail('localtunnel.me', faultOf(answer));
      await target.start();
      await delay(answer.body.length > mebibyte ? 2000 : 500);
      end();
      if (!target.isAlive()) throw new Error(`the app died of ${answer.name}\n${target.output()}`);
      const hosts = cloud.graph
        .subscriptionSecrets(username)
        .map(({ notificationUrl }) => new URL(notificationUrl).host);
      if (hosts.some((host) => !host.endsWith('.loca.lt') || host === 'x.loca.lt'))
        bad.push(`${answer.name}: ${hosts.join(', ')}`);
      const faults = target.log().match(/"event":"(uncaught|unhandled)"/g)?.length ?? 0;
      if (faults > 0) bad.push(`${answer.name}: ${faults} errors that nobody caught`);
    }
    verdicts.check(
      'Y5',
      `${fromRelay.length} answers that the relay would not give`,
      `${bad.length} taken, ${elsewhere() - soFar} requests elsewhere`,
      '0 and 0',
      bad.length + elsewhere() - soFar === 0,
      bad.slice(0, 6).join('; ') || undefined,
    );
    await target.restart();
    const told = await isTold(target, 'After the relay');
    verdicts.check('Y5', 'a mail afterwards', told ? 'told' : 'not told', 'told within 60 s', told);
    verdicts.check('Y4', 'crashes', String(target.crashes()), '0', target.crashes() === 0);
  } finally {
    await target.stop();
  }
}

function faultOf({ status = 200, type = json, headers = {}, body }: Answer) {
  return { kind: 'status', status, headers: { 'content-type': type, ...headers }, body } as const;
}

async function isTold(target: Target, subject: string): Promise<boolean> {
  target.cloud.graph.mailbox(username).deliver({ subject });
  const endMs = performance.now() + 60_000;
  while (performance.now() < endMs) {
    const { alerts } = await target.ask('alerts:list', null, '');
    if (alerts.some((alert) => alert.subject === subject)) return true;
    await target.ask('health:check-now');
    await delay(500);
  }
  return false;
}
