/** The way from outside: the real tunnel client against a relay that really drops, resets, freezes and lies. */
import type { ApiMode } from '../cloud/relay/controls.ts';
import { ada, atHome, type FaultTest, type Home, hour, largest, minute, second } from './context.ts';
import { type Trouble, troubles } from './trouble.ts';

interface Drop {
  readonly name: string;
  /** Of the list; a name that cannot be resolved is played there in earnest. */
  readonly fault?: string;
  begin(home: Home): void | Promise<void>;
  /** Without it: the relay is put right again. */
  end?(home: Home): void | Promise<void>;
}

const drops: readonly Drop[] = [
  { name: 'refused', fault: 'tunnel.refused', begin: ({ cloud }) => cloud.relay.cut() },
  {
    name: 'reset',
    fault: 'tunnel.reset',
    async begin({ cloud }) {
      await cloud.relay.setDataRefused(true);
      cloud.relay.dropSockets();
    },
  },
  {
    name: 'black hole',
    fault: 'tunnel.black-hole',
    begin: ({ cloud }) => cloud.relay.freeze(),
    end: ({ cloud }) => cloud.relay.thaw(),
  },
  {
    name: 'DNS failure',
    begin(home) {
      ends.set(home, [
        home.cloud.proxy.fail('localtunnel.me', { kind: 'refuse' }),
        home.cloud.proxy.fail(publicHost(home), { kind: 'refuse' }),
      ]);
      home.cloud.relay.dropSockets();
    },
    end(home) {
      for (const end of ends.get(home) ?? []) end();
    },
  },
  {
    name: 'API 500',
    fault: 'tunnel.api-5xx',
    begin({ cloud }) {
      cloud.relay.restart();
      cloud.relay.setApi('unavailable');
    },
    end: ({ cloud }) => cloud.relay.setApi('ok'),
  },
  {
    name: 'API hangs',
    fault: 'tunnel.api-hang',
    begin({ cloud }) {
      cloud.relay.restart();
      cloud.relay.setApi('hang');
    },
    end: ({ cloud }) => cloud.relay.setApi('ok'),
  },
];
const ends = new WeakMap<Home, readonly (() => void)[]>();
const publicHost = ({ cloud }: Home): string => cloud.graph.subscriptions(ada)[0]?.host ?? 'localtunnel.me';

const dropped: FaultTest = {
  goals: ['T1', 'T2'],
  plays: drops.flatMap(({ fault }) => fault ?? []),
  name: 'the tunnel drops, in six ways',
  async run({ long, dice, verdicts, say }) {
    const rounds = long ? 17 : 1;
    const seen: number[] = [];
    const healed: number[] = [];
    const courses = new Map<string, { seen: number[]; healed: number[]; bad: number }>();
    let orphans = 0;
    let unseen = 0;
    let count = 0;
    await atHome({}, async (home) => {
      for (let round = 0; round < rounds; round += 1) {
        for (const drop of drops) {
          count += 1;
          await home.advance(dice.between(0, minute));
          await drop.begin(home);
          const noticed = await home.until(({ app: { health } }) => health.state !== 'allGood', 3 * minute);
          if (noticed === null) unseen += 1;
          else seen.push(noticed);
          // Short of two minutes in all: what lasts longer may take 90 s.
          await home.advance(Math.max(0, Math.min(15 * second, 100 * second - (noticed ?? 0))));
          if (drop.end === undefined) await home.cloud.relay.restore();
          else await drop.end(home);
          const took = await home.isGood(4 * minute);
          healed.push(took);
          const now = home.cloud.graph.subscriptions(ada);
          const names = home.cloud.relay.names().map(({ name }) => name);
          const isOrphaned = now.length !== 2 || now.some(({ host }) => !names.includes(host.split('.')[0] ?? ''));
          if (isOrphaned) orphans += 1;
          const course = courses.get(drop.name) ?? { seen: [], healed: [], bad: 0 };
          courses.set(drop.name, course);
          course.seen.push(noticed ?? Number.POSITIVE_INFINITY);
          course.healed.push(took);
          if (isOrphaned) course.bad += 1;
          say(
            `  ${drop.name}: seen after ${Math.round((noticed ?? 0) / second)} s, healed after ${Math.round(took / second)} s`,
          );
        }
      }
    });
    for (const { name, fault } of drops) {
      const course = courses.get(name);
      if (fault === undefined || course === undefined) continue;
      const [worstSeen, worstHealed] = [largest(course.seen) / second, largest(course.healed) / second];
      verdicts.check(
        `F ${fault}`,
        `${name}, ${course.seen.length} times`,
        `shown after at most ${worstSeen.toFixed(0)} s, well again after ${worstHealed.toFixed(0)} s`,
        'true within 120 s, well within 60 s, two subscriptions',
        worstSeen <= 120 && worstHealed <= 60 && course.bad === 0,
      );
    }
    const [worstSeen, worstHealed] = [largest(seen) / second, largest(healed) / second];
    verdicts.check(
      'T1',
      `${count} drops of six kinds: shown in the tray`,
      `at most ${worstSeen.toFixed(0)} s, ${unseen} not shown`,
      '≤ 120 s, all',
      unseen === 0 && worstSeen <= 120,
    );
    verdicts.check(
      'T2',
      `${count} drops of six kinds: healthy after their end`,
      `at most ${worstHealed.toFixed(0)} s`,
      '≤ 30 s',
      worstHealed <= 30,
    );
    verdicts.check(
      'T2',
      'subscriptions after each of them',
      `${orphans} times other than two, at our name`,
      '0 orphans',
      orphans === 0,
    );
  },
};

const stolen: FaultTest = {
  goals: ['T3'],
  plays: ['tunnel.foreign-owner'],
  name: 'a stranger takes our name',
  async run({ long, dice, verdicts }) {
    const times = long ? 20 : 2;
    const deletes: number[] = [];
    let kept = 0;
    await atHome({}, async (home) => {
      const { relay, graph } = home.cloud;
      for (let time = 0; time < times; time += 1) {
        await home.advance(dice.between(0, minute));
        const before = new Set(graph.subscriptions(ada).map(({ id }) => id));
        for (const { name } of relay.names()) relay.takeName(name);
        const asked = graph.requests.length;
        const seen = relay.requests.length;
        await home.see(
          'the old subscriptions are gone',
          () => graph.subscriptions(ada).every(({ id }) => !before.has(id)),
          3 * minute,
        );
        const probe = relay.requests.slice(seen).find(({ part, method }) => part === 'public' && method === 'GET');
        const lostAt = probe?.at.getTime() ?? Number.NaN;
        const gone = graph.requests
          .slice(asked)
          .filter(({ method, path }) => method === 'DELETE' && path.includes('/subscriptions/'));
        deletes.push(largest(gone.slice(0, 2).map(({ at }) => at.getTime() - lostAt)));
        await home.isGood();
        if (graph.subscriptions(ada).length !== 2) kept += 1;
      }
    });
    const worst = largest(deletes) / second;
    verdicts.check(
      'T3',
      `${times} thefts: what pointed to the name is deleted`,
      `at most ${worst.toFixed(1)} s after the wrong answer, ${kept} times not two after`,
      '≤ 10 s',
      worst <= 10 && kept === 0 && deletes.every((ms) => ms >= 0),
    );
  },
};
const anHourAway: FaultTest = {
  goals: ['T4'],
  name: 'an hour without the relay, an hour without Graph',
  async run({ verdicts }) {
    await atHome({}, async (home) => {
      const { relay, graph } = home.cloud;
      relay.cut();
      // The first probes have to find out.
      await home.until(({ app: { health } }) => health.state !== 'allGood', 3 * minute);
      const before = relay.requests.filter(({ part }) => part === 'api').length;
      const proxied = home.cloud.requests.filter(({ host }) => host === 'localtunnel.me').length;
      await home.advance(hour);
      const attempts = Math.max(
        relay.requests.filter(({ part }) => part === 'api').length - before,
        home.cloud.requests.filter(({ host }) => host === 'localtunnel.me').length - proxied,
      );
      await relay.restore();
      await home.isGood(4 * minute);
      verdicts.check(
        'T4',
        'attempts at the tunnel’s API in an hour without it',
        `${attempts}`,
        '≤ 60 (the bare client: 3,600)',
        attempts <= 60 && attempts > 10,
      );
      const asked = graph.requests.length;
      graph.failNext({ path: /./, how: 'status', status: 503, times: 1e9 });
      await home.advance(hour);
      const requests = graph.requests.slice(asked).length;
      graph.clearFaults();
      await home.isGood(4 * minute);
      verdicts.check(
        'T4',
        'requests to Graph in an hour of 503',
        `${requests}`,
        '≤ 84 rounds of two calls and 30 looks at its list, each sent once but for the first',
        // 30 to 60 s apart: further apart nobody is well again within a minute.
        requests <= 84 * 2 + 30 + 6,
      );
      const from = graph.requests.length;
      graph.failNext({ path: /./, how: 'throttle', retryAfterSeconds: 600, times: 1e9 });
      await home.advance(hour);
      const busy = graph.requests.slice(from).length;
      graph.clearFaults();
      await home.isGood(12 * minute);
      verdicts.check(
        'T4',
        'requests to Graph in an hour of 429 with Retry-After 600',
        `${busy}`,
        '≤ 21: Retry-After is kept, by mail, calendar and subscriptions',
        busy <= 21,
      );
    });
  },
};

/** The relay forgets us, and its API does this from now on. */
const api =
  (mode: ApiMode): Trouble['begin'] =>
  ({ cloud: { relay } }) => {
    relay.restart();
    relay.setApi(mode);
    return () => relay.setApi('ok');
  };
const others: readonly Trouble[] = [
  { fault: 'tunnel.api-4xx', what: 'the relay’s API answers 403', shows: true, begin: api('refuse') },
  { fault: 'tunnel.api-garbage', what: 'the relay’s API answers with a web page', shows: true, begin: api('garbage') },
  {
    fault: 'tunnel.new-url',
    what: 'the relay starts anew and gives everybody another name than asked for',
    begin({ cloud: { relay } }) {
      relay.giveOtherName(true);
      relay.restart();
      return () => relay.giveOtherName(false);
    },
  },
  {
    fault: 'tunnel.interstitial',
    what: 'our probe of the public address gets a web page, Graph gets through',
    begin: ({ cloud, ...home }) => cloud.proxy.fail(publicHost({ cloud, ...home }), { kind: 'html' }),
  },
  {
    fault: 'tunnel.one-socket',
    what: 'the relay grants a single data socket',
    begin({ cloud: { relay } }) {
      relay.setApi('oneSocket');
      relay.restart();
      return () => relay.setApi('ok');
    },
  },
  {
    fault: 'tunnel.sockets-full',
    what: 'a stranger’s requests keep every data socket busy',
    lastsMs: 90 * second,
    longOnly: true,
    begin({ cloud: { relay } }) {
      relay.keepBusy(true);
      return () => relay.keepBusy(false);
    },
  },
];

export const tunnel: readonly FaultTest[] = [dropped, stolen, anHourAway, troubles('the tunnel', others)];
