/**
 * How another terminal reaches a running cloud: a loopback port whose number and password are in a file that only its owner
 * can read. One JSON line asks, one JSON line answers.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import type { CommandResult } from '../console-commands.ts';

interface ControlFile {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
}

/** The longest line either side reads, in characters. */
const LONGEST_LINE = 1024 * 1024;
/** A caller that says nothing for so long is sent away; real milliseconds. */
const SILENCE_MS = 10_000;

/** There is no such cloud, or it does not answer. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** Where the file of the cloud with this name is. @throws Error when the folder is not safe to use. */
export function controlFileOf(name: string): string {
  if (!/^[\w-]{1,40}$/.test(name))
    throw new ControlError(`A cloud's name is made of letters, digits and hyphens: ${name}`);
  const folder = path.join(tmpdir(), `stand-in-cloud-${userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  refuseForeign(folder);
  return path.join(folder, `${name}.json`);
}

/**
 * Listens for commands. The file is written last, so that whoever reads it finds somebody.
 *
 * @param run never throws.
 */
export async function startControl(
  name: string,
  run: (words: readonly string[]) => Promise<CommandResult>,
): Promise<{ readonly file: string; stop(): Promise<void> }> {
  const file = controlFileOf(name);
  if (await isAlive(file)) {
    throw new ControlError(`A cloud named ${name} is running already. Give this one another name with --name`);
  }
  const token = randomBytes(32).toString('base64url');
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    readLine(socket).then(
      async (line) => {
        const words = wordsOf(line, token);
        if (!words) return socket.destroy();
        socket.setTimeout(0);
        return socket.end(`${JSON.stringify(await run(words))}\n`);
      },
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const text = JSON.stringify({ port, token, pid: process.pid } satisfies ControlFile);
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return {
    file,
    async stop() {
      // Another cloud may have taken the name over since.
      if (existsSync(file) && readFileSync(file, 'utf8') === text) rmSync(file, { force: true });
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Has a running cloud do something. @throws ControlError when there is none. */
export async function askCloud(name: string, words: readonly string[]): Promise<CommandResult> {
  const control = readControlFile(controlFileOf(name));
  if (!control) throw new ControlError(`No cloud named ${name} is running. Start one with: npm run cloud`);
  const socket = connect(control.port, '127.0.0.1');
  try {
    socket.write(`${JSON.stringify({ token: control.token, words })}\n`);
    return JSON.parse(await readLine(socket)) as CommandResult;
  } catch {
    throw new ControlError(`The cloud named ${name} does not answer. Start it again with: npm run cloud`);
  } finally {
    socket.destroy();
  }
}

async function isAlive(file: string): Promise<boolean> {
  const control = readControlFile(file);
  if (!control) return false;
  const socket = connect(control.port, '127.0.0.1');
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return opened;
}

function readControlFile(file: string): ControlFile | null {
  try {
    refuseForeign(file);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { port, token, pid } = value as ControlFile;
    return Number.isInteger(port) && typeof token === 'string' && Number.isInteger(pid) ? { port, token, pid } : null;
  } catch {
    return null;
  }
}

/** In a temp folder anybody can put anything: only what is ours, and closed to others, is trusted. */
function refuseForeign(place: string): void {
  const found = lstatSync(place);
  if (found.isSymbolicLink()) throw new ControlError(`${place} is a link`);
  if (process.getuid === undefined) return;
  if (found.uid !== process.getuid()) throw new ControlError(`${place} belongs to somebody else`);
  if ((found.mode & 0o077) !== 0) throw new ControlError(`${place} is open to others`);
}

function wordsOf(line: string, token: string): readonly string[] | null {
  try {
    const asked: unknown = JSON.parse(line);
    if (typeof asked !== 'object' || asked === null || !('token' in asked) || !('words' in asked)) return null;
    if (typeof asked.token !== 'string' || !isSame(asked.token, token)) return null;
    const { words } = asked;
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null;
  } catch {
    return null;
  }
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The first line somebody sends. Rejects when the connection ends without one. */
function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > LONGEST_LINE) reject(new Error('The line is too long'));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The connection ended')));
  });
}
