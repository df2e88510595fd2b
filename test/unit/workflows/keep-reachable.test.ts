import { expect, test } from 'vitest';
import type { OpenTunnel, ProbeResult, TunnelProvider } from '../../../main/domain/ports.ts';
import { createKeepReachable } from '../../../main/workflows/keep-reachable.ts';
import { createWorld, failure, held, settled, type World } from './world.ts';

interface Opened {
  readonly name: string;
  readonly publicUrl: string;
  closed: boolean;
  die(why: string): void;
}

/** A relay that gives the name that is asked for, and a web that can be told what it answers at our address. */
function rig(world: World = createWorld(), kind: TunnelProvider['kind'] | null = 'localtunnel') {
  const opens: string[] = [];
  const opened: Opened[] = [];
  const relay = {
    refuse: async (_name: string): Promise<void> => {},
    urlOf: (name: string): string => `https://${name}.relay.example`,
    close: async (): Promise<void> => {},
  };
  const web = { answer: async (_url: string): Promise<ProbeResult> => 'reached' };
  const probes: string[] = [];
  const provider =
    kind === null
      ? null
      : ({
          kind,
          async open({ name }) {
            opens.push(name);
            await relay.refuse(name);
            const listeners: ((why: string) => void)[] = [];
            const record: Opened = {
              name,
              publicUrl: relay.urlOf(name),
              closed: false,
              die: (why) => {
                for (const listener of listeners.splice(0)) listener(why);
              },
            };
            opened.push(record);
            return {
              publicUrl: record.publicUrl,
              onClosed: (listener) => void listeners.push(listener),
              async close() {
                record.closed = true;
                await relay.close();
              },
            } satisfies OpenTunnel;
          },
        } satisfies TunnelProvider);
  const told: (readonly [string | null, boolean])[] = [];
  const reachable = createKeepReachable({
    ...world,
    provider,
    probe: {
      probe(url) {
        probes.push(url);
        return web.answer(url);
      },
    },
    changed: ({ nameLost }) => told.push([reachable.publicUrl(), nameLost]),
  });
  const up = async (): Promise<string> => {
    reachable.start(4711);
    await settled();
    const url = reachable.publicUrl();
    if (url === null) throw new Error('not up');
    return url;
  };
  const takes = (ms: number, result: ProbeResult) => async (): Promise<ProbeResult> => {
    const answer = held<ProbeResult>();
    world.clock.after(ms, () => answer.resolve(result));
    return answer.promise;
  };
  return { ...world, reachable, relay, web, opens, opened, probes, told, up, takes };
}
const kinds = ({ reachable, warnings }: ReturnType<typeof rig>) => [reachable.state().kind, warnings()];
const s = 1_000;

test('is reachable once a probe from outside has come through, not before', async () => {
  const world = rig();
  const answer = held<ProbeResult>();
  world.web.answer = () => answer.promise;
  world.reachable.start(4711);
  await settled();
  const before = world.reachable.publicUrl();
  answer.resolve('reached');
  await settled();
  const url = world.opened[0]?.publicUrl;
  expect({ before, after: world.reachable.publicUrl(), told: world.told, state: kinds(world) }).toEqual({
    before: null,
    after: url,
    told: [[url, false]],
    state: ['up', []],
  });
});

test('asks for a name that nobody guesses, of at least 128 bits', async () => {
  const { up, opens } = rig();
  await up();
  expect(opens[0]).toMatch(/^t[a-z0-9]{26,40}$/);
});

test('probes every minute and says nothing as long as all is well', async () => {
  const { up, probes, told, pass } = rig();
  await up();
  await pass(10 * 60 * s);
  expect([probes.length, told.length]).toEqual([11, 1]);
});

test('notices within 85 seconds that nothing comes through any more', async () => {
  const world = rig();
  const { up, web, takes, pass, reachable, told } = world;
  await up();
  web.answer = takes(10 * s, 'unreachable');
  await pass(84 * s);
  const before = reachable.state().kind;
  await pass(1 * s);
  expect([before, kinds(world), told.at(-1)]).toEqual(['up', ['down', ['tunnel-down']], [null, false]]);
});

test('forgives a single miss', async () => {
  const { up, web, pass, told, reachable } = rig();
  await up();
  let answers = 0;
  web.answer = async () => (++answers === 1 ? 'unreachable' : 'reached');
  await pass(5 * 60 * s);
  expect([reachable.state().kind, told.length]).toEqual(['up', 1]);
});

test.for([
  ['localtunnel', undefined],
  ['fixedAddress', true],
] as const)('says of %s whether it is the person’s own address that leads nowhere', async ([kind, isOwnAddress]) => {
  const world = rig(createWorld(), kind);
  world.relay.refuse = async () => {
    throw failure('tunnel-unavailable');
  };
  world.reachable.start(4711);
  await world.pass(60 * s);
  expect(world.board.health().warnings).toMatchObject([{ code: 'tunnel-down' }]);
  expect(world.board.health().warnings.map((warning) => 'isOwnAddress' in warning || undefined)).toEqual([
    isOwnAddress,
  ]);
});

test.each([
  ['30 s within 30 s', 30, 30],
  ['119 s within 30 s', 119, 30],
  ['ten minutes within 90 s', 600, 90],
  ['nine hours within 90 s', 9 * 3_600, 90],
])('is healthy again after an outage of %s', async (_what, outageSeconds, limitSeconds) => {
  const world = rig();
  const { up, relay, opened, pass, reachable } = world;
  const url = await up();
  relay.refuse = async () => {
    throw failure('tunnel-unavailable');
  };
  opened[0]?.die('connection reset');
  await pass(outageSeconds * s);
  expect(kinds(world)).toEqual(['down', ['tunnel-down']]);
  relay.refuse = async () => {};
  await pass(limitSeconds * s);
  expect({ state: kinds(world), same: reachable.publicUrl() === url }).toEqual({ state: ['up', []], same: true });
});

test('tries no more than sixty times in an hour without the relay, the last ones a minute and more apart', async () => {
  const { reachable, relay, opens, pass } = rig();
  const at: number[] = [];
  let second = 0;
  relay.refuse = async () => {
    at.push(second);
    throw failure('tunnel-unavailable');
  };
  reachable.start(1);
  for (second = 0; second < 3_600; second += 1) await pass(s);
  expect(opens.length).toBeLessThanOrEqual(60);
  const waits = at.slice(-20).map((when, index, last) => when - (last[index - 1] ?? when - 60));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
  await reachable.stop();
});

test('tells of an outage once, not at every attempt', async () => {
  const { up, relay, opened, pass, told, opens } = rig();
  await up();
  relay.refuse = async () => {
    throw failure('tunnel-unavailable');
  };
  opened[0]?.die('connection reset');
  await pass(10 * 60 * s);
  expect({ told: told.length, tried: opens.length > 10, notTooOften: opens.length < 30 }).toEqual({
    told: 2,
    tried: true,
    notTooOften: true,
  });
});

test('keeps its name and secret paths over a restart', async () => {
  const world = createWorld();
  const first = rig(world);
  const url = await first.up();
  const secrets = first.reachable.secrets();
  await first.reachable.stop();
  const second = rig(world);
  expect({ url: await second.up(), secrets: second.reachable.secrets() }).toEqual({ url, secrets });
});

test('begins anew when what it remembers makes no sense', async () => {
  const world = createWorld();
  world.records.setValue('tunnel', '{"name":7}');
  const { up, reachable } = rig(world);
  await up();
  expect(Object.values(reachable.secrets()).every((secret) => secret.length >= 43)).toBe(true);
});

test('gives up its name at once when something else answers at its address', async () => {
  const { up, web, pass, told, opens, opened, reachable } = rig();
  const url = await up();
  const secrets = reachable.secrets();
  web.answer = async (probed) => (probed === url ? 'foreign' : 'reached');
  await pass(60 * s);
  const now = reachable.publicUrl();
  expect({
    told: told.slice(1),
    oldClosed: opened[0]?.closed,
    newName: opens[0] !== opens[1],
    newSecrets: Object.entries(reachable.secrets()).every(
      ([key, value]) => value !== secrets[key as keyof typeof secrets],
    ),
  }).toEqual({
    told: [
      [null, true],
      [now, false],
    ],
    oldClosed: true,
    newName: true,
    newSecrets: true,
  });
});

test('does not hammer a relay where something else answers at every address', async () => {
  const world = rig();
  const { web, pass, opens, reachable } = world;
  web.answer = async () => 'foreign';
  reachable.start(4711);
  await pass(10 * 60 * s);
  const tried = opens.length;
  web.answer = async () => 'reached';
  await pass(90 * s);
  expect({ tried: tried > 5, notTooOften: tried < 40, state: kinds(world) }).toEqual({
    tried: true,
    notTooOften: true,
    state: ['up', []],
  });
});

test('takes another name at once when the relay does not give the one it asks for', async () => {
  const world = rig();
  const taken = new Set<string>();
  const { relay, opens, reachable } = world;
  relay.refuse = async (name) => {
    if (taken.size === 0) taken.add(name);
    if (taken.has(name)) throw failure('tunnel-unavailable', { status: 409 });
  };
  reachable.start(4711);
  await settled();
  expect({ names: new Set(opens).size, opens: opens.length, state: kinds(world) }).toEqual({
    names: 2,
    opens: 2,
    state: ['up', []],
  });
});

test('slows down when the relay gives none of the names it asks for', async () => {
  const world = rig();
  const { relay, pass, opens, reachable } = world;
  relay.refuse = async () => {
    throw failure('tunnel-unavailable', { status: 409 });
  };
  reachable.start(4711);
  await pass(5 * 60 * s);
  expect({
    tried: opens.length > 5,
    notTooOften: opens.length < 30,
    distinct: new Set(opens).size === opens.length,
  }).toEqual({
    tried: true,
    notTooOften: true,
    distinct: true,
  });
});

test('uses other secrets at another host than before', async () => {
  const world = createWorld();
  const first = rig(world);
  await first.up();
  const secrets = first.reachable.secrets();
  await first.reachable.stop();
  const second = rig(world);
  second.relay.urlOf = (name) => `https://${name}.other.example`;
  await second.up();
  expect(second.reachable.secrets().notificationPath).not.toBe(secrets.notificationPath);
});

test('abandons a name that loses notifications, once for all who notice', async () => {
  const { up, reachable, opens } = rig();
  const url = await up();
  reachable.abandonName('lost');
  reachable.abandonName('lost');
  await settled();
  expect([opens.length, reachable.publicUrl() === url]).toEqual([2, false]);
});

test('does not take the end of the old tunnel for the end of the new one', async () => {
  const { up, web, opened, reachable, pass } = rig();
  const url = await up();
  const slow = held<ProbeResult>();
  web.answer = (probed) => (probed === url ? slow.promise : Promise.resolve('reached'));
  reachable.check();
  await settled();
  opened[0]?.die('closed by the relay');
  slow.resolve('foreign');
  await settled();
  await pass(1);
  expect([reachable.state().kind, opened.length, opened[1]?.closed]).toEqual(['up', 2, false]);
});

test('looks at once when somebody asks', async () => {
  const { up, relay, opened, reachable, pass } = rig();
  await up();
  relay.refuse = async () => {
    throw failure('tunnel-unavailable');
  };
  opened[0]?.die('connection reset');
  await pass(3_600 * s);
  relay.refuse = async () => {};
  reachable.check();
  await settled();
  expect(reachable.state().kind).toBe('up');
});

test('gets up again whatever goes wrong in between', async () => {
  const world = rig();
  const { up, records, web, pass, warnings } = world;
  const url = await up();
  const setValue = records.setValue;
  records.setValue = () => {
    throw failure('storage');
  };
  web.answer = async (probed) => (probed === url ? 'foreign' : 'reached');
  await pass(5 * 60 * s);
  const during = [kinds(world), world.reachable.publicUrl()];
  records.setValue = setValue;
  // Two things were wrong, so it is the second try that succeeds.
  await pass(180 * s);
  expect({ during, after: kinds(world), warnings: warnings(), url: world.reachable.publicUrl() !== null }).toEqual({
    during: [['down', ['tunnel-down']], null],
    after: ['up', []],
    warnings: [],
    url: true,
  });
});

test('is not held up by a tunnel that never ends to close', async () => {
  const world = rig();
  const { up, relay, opened, pass } = world;
  await up();
  relay.close = () => held<void>().promise;
  opened[0]?.die('connection reset');
  await pass(30 * s);
  expect(kinds(world)).toEqual(['up', []]);
});

test('closes its tunnel on stop and leaves no timer behind', async () => {
  const { up, opened, reachable, timers, opens, pass } = rig();
  await up();
  await reachable.stop();
  await pass(10 * 60 * s);
  expect([opened[0]?.closed, timers(), reachable.publicUrl(), opens.length]).toEqual([true, 0, null, 1]);
});

test.each(['opening', 'probing', 'closing'] as const)(
  'stops at once while it is %s, and comes back no more',
  async (phase) => {
    const { reachable, relay, web, opened, timers, pass, told, up } = rig();
    const wait = held<void>();
    if (phase === 'opening') relay.refuse = () => wait.promise;
    if (phase === 'probing') web.answer = () => wait.promise.then(() => 'unreachable' as const);
    if (phase === 'closing') {
      await up();
      relay.close = () => wait.promise;
      opened[0]?.die('connection reset');
    } else reachable.start(4711);
    await settled();
    const before = told.length;
    const stopped = reachable.stop();
    wait.resolve();
    await stopped;
    await pass(10 * 60 * s);
    expect({ open: opened.filter(({ closed }) => !closed).length, timers: timers(), told: told.length }).toEqual({
      open: 0,
      timers: 0,
      told: before,
    });
  },
);

test('is off by choice without a tunnel, and says how changes reach us', async () => {
  const { reachable, board, timers } = rig(createWorld(), null);
  reachable.start(4711);
  reachable.check();
  await settled();
  expect([reachable.state().kind, board.health().delivery, timers()]).toEqual(['off', 'polling', 0]);
});
