/**
 * The reference: `node:http` that answers a post 202 once its body lies on the disk, and anything else at once. It looks
 * at nothing, so what it needs is what this machine needs at that moment.
 */
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const file = openSync(process.argv[2] ?? '', 'a');
const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/stored') {
      writeSync(file, Buffer.concat(chunks));
      fdatasyncSync(file);
    }
    response.writeHead(202, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 0 }).end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit(0));
