/** The reference: `node:http` answering 202 when a POST's body lies on the disk. Nothing is looked at. */
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './serve.ts';

export interface BareServerCalls {
  listen(): Promise<number>;
}

const file = openSync(`${process.env.BENCH_FOLDER}/bare`, 'a');
const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    writeSync(file, Buffer.concat(chunks));
    fdatasyncSync(file);
    response.writeHead(202, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 0 }).end();
  });
});

serve({
  listen: () =>
    new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    }),
} satisfies BareServerCalls);
