import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../domain/failure.ts';
import { type Door, type InstanceLock, takeInstanceLock } from './instance-lock.ts';

/**
 * The lock, or, where another one runs, the address of a page of its own.
 *
 * @param limitMs how long to wait for one that is still starting, and for its answer.
 * @throws {Failure} `unexpected` when it has no page to show, or does not answer; `storage` as `takeInstanceLock()`.
 */
export async function lockOrKnock(
  folder: string,
  limitMs: number,
): Promise<InstanceLock | { readonly address: string }> {
  for (const endMs = performance.now() + limitMs; ; await delay(100)) {
    const lock = takeInstanceLock(folder);
    if (lock.taken) return lock;
    const door = lock.holder?.door ?? null;
    if (door !== null) return { address: await knock(door, limitMs) };
    if (performance.now() > endMs)
      throw new Failure('unexpected', 'It runs already, in a window of its own, or is just starting.');
  }
}

/**
 * Asks the one that runs for a page; resolves with its address, good once and for a minute.
 *
 * @throws {Failure} `unexpected` when it does not answer within `limitMs`, or with something else.
 */
export function knock({ port, secret }: Door, limitMs: number): Promise<string> {
  const refused = (cause?: unknown): Failure =>
    new Failure('unexpected', 'It runs already, but does not answer. Please end it first.', { cause });
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(limitMs);
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
    // An agent of our own: straight to this machine, past any proxy.
    const to = { host: '127.0.0.1', port, path: '/api/code', method: 'POST', agent: new Agent() };
    const asked = request({ ...to, headers, signal: limit }, async (response) => {
      try {
        const { address } = (await json(response)) as { address?: unknown };
        const isOurs = typeof address === 'string' && address.startsWith(`http://127.0.0.1:${port}/#code=`);
        if (isOurs) resolve(address);
        else reject(refused());
      } catch (error) {
        reject(refused(error));
      }
    });
    asked.on('error', (error) => reject(refused(error)));
    asked.end();
  });
}
