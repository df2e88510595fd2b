import { expect, test } from 'vitest';
import { judge } from '../../../../main/shell/browser/gate.ts';

const own = '127.0.0.1:40123';
const ownOrigin = `http://${own}`;
const token = 'a'.repeat(43);

/** What our own page sends, with some of it changed; null leaves a header out. */
function ask(method: string, url: string, changed: Record<string, string | null> = {}, more: readonly string[] = []) {
  const usual: Record<string, string | null> = {
    Host: own,
    ...(method === 'POST' ? { Origin: ownOrigin, 'Content-Type': 'application/json' } : {}),
    'Sec-Fetch-Site': 'same-origin',
    Authorization: `Bearer ${token}`,
    ...changed,
  };
  const rawHeaders = Object.entries(usual).flatMap(([name, value]) => (value === null ? [] : [name, value]));
  const verdict = judge({ method, url, rawHeaders: [...rawHeaders, ...more] }, own);
  return verdict.kind === 'pass' ? verdict : [verdict.status, verdict.why];
}

test.each([
  ['GET', '/', 'file', '/index.html'],
  ['GET', '/assets/index-Bn6C78Oq.js', 'file', '/assets/index-Bn6C78Oq.js'],
  ['POST', '/api/start', 'start', '/api/start'],
  ['POST', '/api/request', 'request', '/api/request'],
  ['GET', '/api/events', 'events', '/api/events'],
  ['POST', '/api/code', 'code', '/api/code'],
])('%s %s is what our own page asks', (method, url, route, path) => {
  expect(ask(method, url)).toEqual({ kind: 'pass', route, path, bearer: token });
});

test('an address that the person opens themselves is let in, the interface behind it is not', () => {
  expect(ask('GET', '/', { 'Sec-Fetch-Site': 'none' })).toMatchObject({ kind: 'pass' });
  expect(ask('GET', '/api/events', { 'Sec-Fetch-Site': 'none' })).toEqual([403, 'site']);
});

test.each<[string, string, string, Record<string, string | null>, [number, string], (readonly string[])?]>([
  ['a name made to point here', 'GET', '/', { Host: 'evil.example:40123' }, [421, 'host']],
  ['localhost instead of the number', 'GET', '/', { Host: 'localhost:40123' }, [421, 'host']],
  ['another port', 'GET', '/', { Host: '127.0.0.1:40124' }, [421, 'host']],
  ['no port', 'GET', '/', { Host: '127.0.0.1' }, [421, 'host']],
  ['no Host', 'GET', '/', { Host: null }, [421, 'host']],
  ['a user in the Host', 'GET', '/', { Host: `me@${own}` }, [421, 'host']],
  ['a second Host', 'GET', '/', {}, [400, 'header-twice'], ['host', 'evil.example']],
  ['a second Origin', 'POST', '/api/request', {}, [400, 'header-twice'], ['ORIGIN', 'http://evil.example']],
  ['a second Authorization', 'POST', '/api/request', {}, [400, 'header-twice'], ['Authorization', 'Bearer x']],
  ['another site’s page', 'POST', '/api/request', { Origin: 'https://evil.example' }, [403, 'origin']],
  ['a page on another port', 'POST', '/api/request', { Origin: 'http://127.0.0.1:8080' }, [403, 'origin']],
  ['our address under https', 'POST', '/api/request', { Origin: `https://${own}` }, [403, 'origin']],
  ['a page without an origin', 'POST', '/api/request', { Origin: 'null' }, [403, 'origin']],
  ['an empty origin', 'POST', '/api/request', { Origin: '' }, [403, 'origin']],
  ['a cross-site script tag', 'GET', '/assets/index.js', { 'Sec-Fetch-Site': 'cross-site' }, [403, 'site']],
  ['a page on another port that frames us', 'GET', '/', { 'Sec-Fetch-Site': 'same-site' }, [403, 'site']],
  ['a form of ours', 'POST', '/api/request', { 'Content-Type': 'application/x-www-form-urlencoded' }, [415, 'type']],
  ['text without a pre-flight', 'POST', '/api/request', { 'Content-Type': 'text/plain' }, [415, 'type']],
  ['JSON with something behind', 'POST', '/api/start', { 'Content-Type': 'application/json;a=b' }, [415, 'type']],
  ['no type', 'POST', '/api/start', { 'Content-Type': null }, [415, 'type']],
  ['a pre-flight', 'OPTIONS', '/api/request', {}, [405, 'method']],
  ['reading by GET', 'GET', '/api/request', {}, [405, 'method']],
  ['events by POST', 'POST', '/api/events', {}, [405, 'method']],
  ['a page by POST', 'POST', '/', {}, [405, 'method']],
  ['HEAD', 'HEAD', '/', {}, [405, 'method']],
  ['TRACE', 'TRACE', '/', {}, [405, 'method']],
  ['a path upwards', 'GET', '/../main/start-browser.js', {}, [404, 'address']],
  ['an encoded path upwards', 'GET', '/%2e%2e/main/start-browser.js', {}, [404, 'address']],
  ['a path with a back-slash', 'GET', '/..\\main', {}, [404, 'address']],
  ['two slashes', 'GET', '//evil.example/', {}, [404, 'address']],
  ['a whole address', 'GET', 'http://evil.example/', {}, [404, 'address']],
  ['an asterisk', 'OPTIONS', '*', {}, [404, 'address']],
  ['a query', 'GET', '/?token=x', {}, [404, 'address']],
  ['a hidden file', 'GET', '/.git/config', {}, [404, 'address']],
  ['a zero byte', 'GET', '/index.html\u0000.js', {}, [404, 'address']],
])('%s is refused', (_what, method, url, changed, refusal, more) => {
  expect(ask(method, url, changed, more)).toEqual(refusal);
});

test.each([
  ['none', null],
  ['another scheme', `Basic ${token}`],
  ['nothing behind it', 'Bearer '],
  ['two of them', `Bearer ${token} ${token}`],
  ['one far too long', `Bearer ${'a'.repeat(500)}`],
])('a token header with %s bears nothing', (_what, authorization) => {
  expect(ask('GET', '/api/events', { Authorization: authorization })).toMatchObject({ kind: 'pass', bearer: '' });
});

test('names that every object has are no routes', () => {
  expect(ask('GET', '/constructor')).toMatchObject({ route: 'file' });
  expect(ask('GET', '/__proto__')).toMatchObject({ route: 'file' });
});
