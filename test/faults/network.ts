/** The way to everybody: gone and back, without names, behind a login, long, cut. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer, type Server } from 'node:net';
import type { Fault } from '../cloud/faults.ts';
import { atHome, type Env, type FaultTest, type Home, minute, second } from './context.ts';
import { startNative } from './native.ts';
import { judgeTrouble, playTrouble, type Trouble, troubles } from './trouble.ts';

/** Whatever the desktop has open is reset, so that it meets the fault at once. */
async function cutOpenConnections({ cloud }: Home): Promise<void> {
  await cloud.offline(true);
  await cloud.offline(false);
}

/** Something between the desktop and everybody, the relay's data ports included. */
function between(fault: Fault): Trouble['begin'] {
  return async (home) => {
    const end = home.cloud.proxy.fail('*', fault);
    await cutOpenConnections(home);
    await home.cloud.relay.setDataRefused(true);
    home.cloud.relay.dropSockets();
    return async () => {
      end();
      await home.cloud.relay.setDataRefused(false);
      // As each shell tells the core.
      await home.app.machine('networkChanged');
    };
  };
}

const byProxy: readonly Trouble[] = [
  {
    fault: 'network.flapping',
    what: 'off and on, eight times within two minutes',
    times: 50,
    lastsMs: 0,
    async begin(home) {
      for (let time = 0; time < 8; time += 1) {
        await home.cloud.offline(time % 2 === 0);
        await home.app.machine('networkChanged');
        await home.advance(15 * second);
      }
      return () => {};
    },
  },
  {
    fault: 'network.captive-portal',
    what: 'every host answers 200 with a page of the hotel',
    shows: true,
    begin: between({ kind: 'html' }),
  },
  {
    fault: 'network.proxy-407',
    what: 'the company’s proxy connects to nobody without a login',
    shows: true,
    begin: between({ kind: 'proxyLogin' }),
  },
  {
    fault: 'network.latency',
    what: 'every answer two seconds late, and every notification',
    begin({ cloud }) {
      const end = cloud.proxy.fail('*', { kind: 'late', ms: 2 * second });
      cloud.graph.notifications.delay(2 * second);
      return () => {
        end();
        cloud.graph.notifications.delay(0);
      };
    },
  },
  {
    fault: 'network.reset-mid-body',
    what: 'Graph’s answers end half-way with a reset',
    begin({ cloud }) {
      cloud.graph.failNext({ path: /./, how: 'truncated', times: 1e9 });
      return () => cloud.graph.clearFaults();
    },
  },
];

/** Another way to the proxy. */
function wayOut(from: Env, change: (url: string) => string): Env {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  return Object.fromEntries(names.map((name) => [name, change(from[name] ?? '')]));
}

/** Those that only a library under the program can play. Each in a life of its own. */
function fromBelow(trouble: Omit<Trouble, 'begin'>, play: FaultTest['run']): FaultTest {
  return {
    goals: [],
    plays: [trouble.fault],
    name: trouble.what,
    async run(context) {
      const native = startNative();
      if (typeof native === 'string')
        return context.verdicts.notRun(`F ${trouble.fault}`, trouble.what, 'survives', native);
      native.stop();
      await play(context);
    },
  };
}

const dns: Omit<Trouble, 'begin'> = {
  fault: 'network.dns',
  what: 'no name can be resolved: getaddrinfo fails under the program',
  shows: true,
};
const names = fromBelow(dns, async ({ verdicts, dice }) => {
  const native = startNative();
  if (typeof native === 'string') return;
  try {
    // The way out is named, so that somebody has to resolve it.
    const env = (from: Env): Env => ({
      ...native.env,
      ...wayOut(from, (url) => url.replace('127.0.0.1', 'localhost')),
    });
    const trouble: Trouble = {
      ...dns,
      async begin(home) {
        native.set('no-names', true);
        await cutOpenConnections(home);
        return async () => {
          native.set('no-names', false);
          await home.app.machine('networkChanged');
        };
      },
    };
    const course = await atHome({ env }, (home) => playTrouble(home, trouble, dice.between(minute, 2 * minute)));
    judgeTrouble(verdicts, trouble, [course]);
  } finally {
    native.stop();
  }
});

/** Takes at one address what is for another. */
async function forward(from: string, to: { readonly host: string; readonly port: number }): Promise<Server> {
  const server = createServer((incoming) => {
    const outgoing = createConnection(to);
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.on('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, from, resolve));
  return server;
}
const six: Omit<Trouble, 'begin'> = {
  fault: 'network.ipv6-only',
  what: 'no way to any IPv4 address; proxy and relay at ::1',
};
const ipv6 = fromBelow(six, async ({ verdicts }) => {
  const native = startNative();
  if (typeof native === 'string') return;
  let door: Server | undefined;
  try {
    native.set('no-ipv4', true);
    const course = await atHome(
      {
        signedIn: false,
        async env(from) {
          door = await forward('::1', { host: '127.0.0.1', port: Number(new URL(from.HTTPS_PROXY ?? '').port) });
          const here = `http://[::1]:${(door.address() as AddressInfo).port}`;
          return { ...native.env, ...wayOut(from, () => here) };
        },
      },
      async (home) => {
        home.cloud.relay.setDataHost('::1');
        await home.startApp();
        await home.click('Sign in');
        return await playTrouble(home, { ...six, begin: () => () => {} }, 30 * second);
      },
    );
    const bad = course.seenMs === null ? [] : [`“${course.says[0]}”`];
    judgeTrouble(verdicts, { ...six, begin: () => () => {} }, [{ ...course, wrong: [...course.wrong, ...bad] }]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    verdicts.notRun(`F ${six.fault}`, six.what, 'works', 'this machine has no ::1');
  } finally {
    door?.close();
    native.stop();
  }
});

const lossy: Omit<Trouble, 'begin'> = {
  fault: 'network.loss',
  what: 'the kernel drops every tenth packet that arrives at the app',
  lastsMs: minute,
};
const loss = fromBelow(lossy, async ({ verdicts, long }) => {
  const native = startNative();
  if (typeof native === 'string') return;
  try {
    native.set('lossy', true);
    const before = retransmitted();
    const course = await atHome({ env: native.env }, (home) =>
      // It is there from before the first packet; what lasts on is the question.
      playTrouble(home, { ...lossy, begin: () => () => {} }, (long ? 10 : 1) * minute),
    );
    judgeTrouble(
      verdicts,
      { ...lossy, begin: () => () => {}, what: `${lossy.what} (${retransmitted() - before} were sent again)` },
      [course],
    );
  } finally {
    native.stop();
  }
});

/** TCP segments that this machine has sent again since it started. */
function retransmitted(): number {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('RetransSegs')] ?? 0);
}

export const network: readonly FaultTest[] = [troubles('the network', byProxy), names, ipv6, loss];
