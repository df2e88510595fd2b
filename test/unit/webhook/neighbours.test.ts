import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createNeighbours } from '../../../main/webhook/neighbours.ts';

/** Whoever lives at `https://there.example`, played over plain HTTP. */
async function at(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const neighbours = createNeighbours({
    fetch: (url, init) => fetch(url.replace('https://there.example', `http://127.0.0.1:${port}`), init),
  });
  return { asked, neighbours };
}
const url = 'https://there.example/secret-path';

test.each([
  ['a listener like ours', 405, { allow: 'POST' }, true],
  ['a relay whose desktop has gone', 404, {}, false],
  ['a relay that cannot reach it', 502, {}, false],
  ['a page of somebody else', 200, {}, false],
  ['something that takes other methods', 405, { allow: 'GET, POST' }, false],
  ['a redirect', 302, { location: 'https://elsewhere.example/' }, false],
] as const)('%s counts as a Tidings: %s %j → %s', async (_what, status, headers, answers) => {
  const { asked, neighbours } = await at((_request, response) => response.writeHead(status, headers).end());
  expect([await neighbours.answers(url), asked]).toEqual([answers, ['GET /secret-path']]);
});

test('an address that is none, or not https, is not asked, and one that does not answer is nobody', async () => {
  const { asked, neighbours } = await at((request) => request.socket.destroy());
  expect([
    await neighbours.answers('there'),
    await neighbours.answers('http://there.example/secret-path'),
    await neighbours.answers(url),
    await neighbours.tellTakenOver('there'),
    await neighbours.tellTakenOver('http://there.example/secret-path'),
    await neighbours.tellTakenOver(`${url}?test=1`),
    asked,
  ]).toEqual([
    false,
    false,
    false,
    undefined,
    undefined,
    undefined,
    ['GET /secret-path', 'GET /secret-path?test=1&takenOver=1'],
  ]);
});
