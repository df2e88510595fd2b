/** The network between the app and Microsoft, both ways: requests out, the relay, and what Microsoft sends through it. */
import { request as httpRequest } from 'node:http';
import { Failure } from '../../main/domain/failure.ts';
import type { OpenTunnel, Probe, TunnelProvider } from '../../main/domain/ports.ts';
import type { PublicWeb, Site } from '../cloud/types.ts';
import type { Conditions } from './conditions.ts';
import type { Dice } from './dice.ts';
import { ask } from './http.ts';
import { connectTo } from './listeners.ts';
import { worldTime } from './world-time.ts';

const relayHost = 'localtunnel.me';
/** A request that nobody answers: the app's own limit. */
const silenceMs = 20_000;
const probeLimitMs = 10_000;

/** One run of the app's process: what comes back after its end reaches nobody. */
export interface Life {
  readonly id: number;
  alive: boolean;
}
interface Door {
  readonly life: Life;
  readonly port: number;
  closed: ((why: string) => void)[];
  owner: 'us' | 'stranger';
}

export function createInternet(world: { readonly dice: Dice; readonly conditions: Conditions }) {
  const { conditions } = world;
  const outward = world.dice.fork('outward');
  const inward = world.dice.fork('inward');
  const relay = world.dice.fork('relay');
  const doors = new Map<string, Door>();
  /** Names that the relay keeps from others for a moment after their owner has gone. */
  const kept = new Map<string, number>();
  let site: Site | null = null;
  const afterSleep: (() => void)[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  const pause = (ms: number): Promise<void> => new Promise((resolve) => void worldTime.after(ms, resolve));

  /** Brings an answer to the app: never to one that has ended, and to one that sleeps only as a broken connection. */
  function bring<T>(life: Life, work: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (deliver: () => void): void => {
      if (!life.alive) return;
      if (worldTime.asleep()) afterSleep.push(() => life.alive && reject(new TypeError('fetch failed')));
      else deliver();
    };
    work().then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    return promise;
  }

  /** The computer's way to any host of Microsoft's. */
  async function reach(): Promise<void> {
    await pause(outward.between(20, 180));
    if (!conditions.has('offline')) return;
    if (outward.chance(0.3)) await pause(silenceMs);
    throw new TypeError('fetch failed');
  }

  const fetchFor = (life: Life): typeof fetch =>
    ((input: string, init: RequestInit = {}) =>
      bring(life, async () => {
        await reach();
        if (conditions.has('graphDown')) {
          const how = outward.next();
          if (how < 0.2) {
            await pause(silenceMs);
            throw new DOMException('The operation timed out.', 'TimeoutError');
          }
          if (how < 0.4) throw new TypeError('fetch failed');
          if (how < 0.5) return new Response('<html>Bad gateway</html>', { status: 502 });
          return errorAnswer(outward.pick([500, 503, 504]));
        }
        if (conditions.has('throttled')) return errorAnswer(429, { 'retry-after': String(outward.whole(2, 45)) });
        const url = new URL(input);
        if (site === null) throw new Error('the cloud is not there yet');
        const headers = init.headers as Record<string, string>;
        const { handle } = site;
        const body = typeof init.body === 'string' ? init.body : '';
        const asked = { method: init.method ?? 'GET', target: url.pathname + url.search, headers, body };
        return await ask(handle, asked);
      })) as typeof fetch;

  const errorAnswer = (status: number, more: Readonly<Record<string, string>> = {}): Response =>
    new Response(JSON.stringify({ error: { code: 'ServiceUnavailable', message: 'Not now.' } }), {
      status,
      headers: {
        'content-type': 'application/json',
        'request-id': 'outage',
        date: worldTime.now().toUTCString(),
        ...more,
      },
    });

  const relayWorks = (): boolean => !conditions.has('relayDown') && !conditions.has('blackHole');

  function tunnelFor(life: Life): TunnelProvider {
    return {
      kind: 'localtunnel',
      open: ({ port, name, signal }) =>
        bring(life, async (): Promise<OpenTunnel> => {
          await pause(relay.between(200, 1_500));
          if (conditions.has('offline') || conditions.has('relayDown')) throw unavailable('not reachable');
          if (signal.aborted) throw unavailable('called off');
          const host = `${name}.${relayHost}`;
          const held = doors.get(host);
          const isKept = (kept.get(name) ?? 0) > worldTime.nowMs();
          if (isKept || held?.owner === 'stranger') throw unavailable('another name', 409);
          const door: Door = { life, port, closed: [], owner: 'us' };
          doors.set(host, door);
          return {
            publicUrl: `https://${host}`,
            onClosed: (listener) => void door.closed.push(listener),
            async close() {
              door.closed = [];
              if (doors.get(host) === door) doors.delete(host);
            },
          };
        }),
    };
  }

  const probeFor = (life: Life): Probe => ({
    probe: (publicUrl) =>
      bring(life, async () => {
        await pause(relay.between(40, 400));
        const door = doors.get(new URL(publicUrl).host);
        if (conditions.has('offline')) return 'unreachable' as const;
        if (conditions.has('blackHole') || conditions.has('relayDown')) {
          if (relay.chance(0.5)) await pause(probeLimitMs);
          return 'unreachable' as const;
        }
        if (door === undefined) return 'unreachable' as const;
        return door.owner === 'us' && door.life === life ? ('reached' as const) : ('foreign' as const);
        // A connection that died over a sleep is a probe without an answer.
      }).catch(() => 'unreachable' as const),
  });

  /** What Microsoft sends: one after the other, since their order must not depend on this machine. */
  const web: PublicWeb = {
    send(asked) {
      const turn = tail.then(() => deliver(asked));
      tail = turn.catch(() => {});
      return turn;
    },
  };
  async function deliver({ url, method, headers, body, timeoutMs }: Parameters<PublicWeb['send']>[0]) {
    const { host, pathname, search } = new URL(url);
    await pause(inward.between(20, 200));
    const door = doors.get(host);
    if (conditions.has('blackHole')) {
      await pause(timeoutMs);
      throw new Error('timed out');
    }
    if (door === undefined || conditions.has('relayDown')) return { status: 404, headers: {}, body: '404' };
    // Whoever took our name may well answer as we would.
    if (door.owner === 'stranger') return { status: inward.chance(0.5) ? 202 : 404, headers: {}, body: '' };
    if (worldTime.asleep() || !door.life.alive || conditions.has('offline')) {
      await pause(timeoutMs);
      throw new Error('timed out');
    }
    // What the app does about it belongs to the same moment, whenever this machine comes to it.
    return await worldTime.during(async () => {
      const answer = await post({ port: door.port, method, path: pathname + search, headers, body });
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      return answer;
    });
  }
  function post(asked: { port: number; method: string; path: string; headers: object; body: string }) {
    const { port, method, path, headers, body } = asked;
    return new Promise<{ status: number; headers: Record<string, string>; body: string }>((resolve, reject) => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const sent = httpRequest({
        createConnection: () => connectTo(port),
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...length },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body: text,
          }),
        );
      });
      sent.end(body);
    });
  }

  /** The relay tells its clients that their tunnel has ended. */
  function closeDoors(why: string): void {
    for (const [host, door] of [...doors]) {
      if (door.owner !== 'us') continue;
      doors.delete(host);
      if (!door.life.alive) continue;
      const tell = () => {
        if (door.life.alive) for (const listener of door.closed) listener(why);
      };
      if (worldTime.asleep()) afterSleep.push(tell);
      else tell();
    }
  }

  return {
    web,
    fetchFor,
    tunnelFor,
    probeFor,
    bring,
    reach,
    serve(served: Site): void {
      site = served;
    },
    closeDoors,
    /** Everything that points to our name leads to somebody else from now on. */
    stealName(): boolean {
      const ours = [...doors.values()].find((door) => door.owner === 'us' && door.life.alive);
      if (ours === undefined) return false;
      ours.owner = 'stranger';
      return true;
    },
    /** The process has ended without a word. */
    died(life: Life): void {
      for (const [host, door] of [...doors]) {
        if (door.life !== life || door.owner !== 'us') continue;
        doors.delete(host);
        // Sometimes the relay has not noticed yet when the app is back.
        if (relay.chance(0.3)) kept.set(host.split('.')[0] ?? '', worldTime.nowMs() + relay.between(1_000, 20_000));
      }
    },
    wokeUp(): void {
      for (const run of afterSleep.splice(0)) run();
    },
    /** Whether something sent to this host reaches the app that runs. */
    leadsToUs(host: string): boolean {
      const door = doors.get(host);
      return door?.owner === 'us' && door.life.alive && relayWorks();
    },
  };
}
export type Internet = ReturnType<typeof createInternet>;

function unavailable(why: string, status?: number): Failure {
  const cause = new Error(why);
  return new Failure(
    'tunnel-unavailable',
    'The tunnel cannot be opened.',
    status === undefined ? { cause } : { cause, status },
  );
}
