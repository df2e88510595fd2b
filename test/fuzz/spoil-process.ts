/**
 * Loaded with `--import` into the attacked process by `npm run fuzz -- --spoil NAME`, to show that an attack fails where
 * the app is bad. What it spoils is Node beneath the built app, which runs unchanged and knows nothing of it.
 */
import childProcess, { type ChildProcess } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { type IncomingMessage, type OutgoingHttpHeaders, Server, type ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { isMainThread } from 'node:worker_threads';
import type { SpoilName } from './spoils.ts';

type Handle = (request: IncomingMessage, response: ServerResponse, goOn: () => void) => void;

/** Every request that the app would be handed, its page's server and its listener alike. */
function onRequest(handle: Handle): void {
  const emit = Server.prototype.emit;
  Server.prototype.emit = function emitSpoiled(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const goOn = (): boolean => Reflect.apply(emit, this, [event, ...args]);
    if (event !== 'request') return goOn();
    handle(args[0] as IncomingMessage, args[1] as ServerResponse, goOn);
    return true;
  } as typeof emit;
}
const isPosted = ({ method, url = '' }: IncomingMessage): boolean => method === 'POST' && !url.startsWith('/api/');

const spoil: Readonly<Record<SpoilName, () => void>> = {
  /** One post in ten waits. */
  late() {
    let count = 0;
    onRequest((request, _response, goOn) => {
      if (!isPosted(request)) return goOn();
      count += 1;
      if (count % 10 === 0) setTimeout(goOn, 4000);
      else goOn();
    });
  },
  /** One post in fifty is acknowledged and thrown away. */
  forgetful() {
    let count = 0;
    onRequest((request, response, goOn) => {
      count += isPosted(request) ? 1 : 0;
      if (!isPosted(request) || count % 50 !== 0) return goOn();
      request.resume();
      response.writeHead(202, { 'content-type': 'text/plain; charset=utf-8' }).end();
    });
  },
  /** The first thousand posts stay in memory, with 100 KB each of what they brought along. */
  hoarding() {
    const kept: Buffer[] = [];
    onRequest((request, _response, goOn) => {
      if (isPosted(request) && kept.length < 1000) kept.push(Buffer.alloc(100_000, 1));
      goOn();
    });
  },
  /** Whoever is slow may stay for an hour. */
  patient() {
    const set = globalThis.setTimeout;
    const patiently = (work: () => void, ms?: number): NodeJS.Timeout => set(work, ms === 10_000 ? 3_600_000 : ms);
    globalThis.setTimeout = Object.assign(patiently, set) as unknown as typeof set;
  },
  /** There is a word with which anybody comes in. */
  credulous() {
    const open = crypto.createHash('sha256').update('stranger').digest();
    const equal = crypto.timingSafeEqual;
    crypto.timingSafeEqual = (one, other) => equal(one, other) || open.equals(other as Uint8Array);
  },
  /** Nobody is told to come later. */
  generous() {
    onRequest((_request, response, goOn) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = ((status: number, headers: OutgoingHttpHeaders) =>
        writeHead(status === 429 ? 202 : status, headers)) as typeof writeHead;
      goOn();
    });
  },
  /** Who begins as the one before did is looked at for longer. */
  talkingInTime() {
    const make = crypto.createHash;
    let before = '';
    crypto.createHash = ((algorithm: string) => {
      const hash = make(algorithm);
      const update = hash.update.bind(hash);
      hash.update = ((data: string | Buffer) => {
        const start = String(data).slice(0, 20);
        if (start === before) for (const endMs = performance.now() + 0.004; performance.now() < endMs; );
        before = start;
        return update(data);
      }) as typeof hash.update;
      return hash;
    }) as typeof make;
  },
  /** Names itself, and echoes tokens that nobody asked for. */
  rude() {
    onRequest((request, response, goOn) => {
      if (!isPosted(request)) return goOn();
      const token = new URLSearchParams(request.url?.split('?')[1]).get('validationToken');
      response.setHeader('x-powered-by', 'Tidings');
      const writeHead = response.writeHead.bind(response);
      response.writeHead = ((status: number, headers: OutgoingHttpHeaders) => {
        if (status !== 404 || token === null) return writeHead(status, headers);
        response.end = response.end.bind(response, token) as typeof response.end;
        return writeHead(200, { ...headers, 'content-length': Buffer.byteLength(token) });
      }) as typeof writeHead;
      goOn();
    });
  },
  /** Every server listens on every address. */
  open() {
    const listen = net.Server.prototype.listen;
    net.Server.prototype.listen = function listenSpoiled(this: net.Server, ...args: unknown[]) {
      const [options, ...rest] = args;
      const where = typeof options === 'object' && options !== null && 'port' in options ? options : null;
      const changed = where === null ? options : { ...where, host: '0.0.0.0', ipv6Only: false };
      return Reflect.apply(listen, this, [changed, ...rest]);
    } as typeof listen;
  },
  /** The page's server does not look at who asks. */
  hospitable() {
    onRequest((request, _response, goOn) => {
      const own = `127.0.0.1:${request.socket.localPort}`;
      const kept: string[] = ['host', own];
      for (let index = 0; index < request.rawHeaders.length; index += 2) {
        const name = (request.rawHeaders[index] ?? '').toLowerCase();
        if (!['host', 'origin', 'sec-fetch-site'].includes(name)) kept.push(name, request.rawHeaders[index + 1] ?? '');
      }
      if (request.url?.startsWith('/api/') === true) request.rawHeaders = kept;
      goOn();
    });
  },
  /** What is shown is shown with markup of its own. */
  decorated() {
    const spawn = childProcess.spawn;
    childProcess.spawn = ((file: string, args: readonly string[], options: object): ChildProcess => {
      const isToast = file.endsWith('notify-send');
      return spawn(
        file,
        isToast ? args.map((each, at) => (at === args.length - 1 ? `<b>${each}</b>` : each)) : args,
        options,
      );
    }) as typeof spawn;
  },
  /** A door that was opened stays open. */
  ajar() {
    net.Server.prototype.close = function closeSpoiled(this: net.Server, done?: (error?: Error) => void) {
      if (done !== undefined) setImmediate(done);
      return this;
    } as typeof net.Server.prototype.close;
    Server.prototype.close = net.Server.prototype.close as typeof Server.prototype.close;
  },
  /** Ends at a setting that it does not understand. */
  fragile() {
    const parse = JSON.parse;
    JSON.parse = ((text: string, ...rest: []) => {
      if (text.includes('"pigeon"')) process.exit(1);
      return parse(text, ...rest);
    }) as typeof parse;
  },
  /** Follows wherever an answer sends it. */
  gullible() {
    const send = globalThis.fetch;
    globalThis.fetch = (input, init) => send(input, { ...init, redirect: 'follow' });
  },
  /** Tells its terminal which credentials it uses. */
  loud() {
    const send = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const told = new Headers(init?.headers).get('authorization');
      if (told !== null) process.stderr.write(`asking with ${told}\n`);
      return send(input, init);
    };
  },
};

const name = process.env.TIDINGS_FUZZ_SPOIL as SpoilName | undefined;
// The tunnel's thread inherits the option that loads this file.
if (isMainThread && name !== undefined) {
  spoil[name]();
  syncBuiltinESMExports();
  fs.writeSync(2, `spoiled: ${name}\n`);
}
