import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type Wire } from '../integration/webhook/raw.ts';
import type { AttackContext } from './attacks.ts';
import { delayVerdict, judgeDelay } from './beside.ts';
import { item, json, lines, post } from './corpus/case.ts';
import { percentile } from './figures.ts';
import { keepSending } from './good-requests.ts';
import { type Known, startTarget } from './target.ts';

const eachKind = 25;
const goneMs = 12_000;
/** A busy machine may be this late with everything; how late it was is told by the bare server. */
const lateMs = 4000;

interface Kind {
  readonly name: string;
  /** Silence is what the tunnel's own sockets do between requests, so it is borne. */
  readonly isBorne?: true;
  readonly misbehave: (wire: Wire, known: Known) => Promise<void>;
}

const kinds: readonly Kind[] = [
  { name: 'a head in drops', misbehave: (wire, known) => drip(wire.socket, good(known), 50) },
  { name: 'a body in drops', misbehave: (wire, known) => drip(wire.socket, good(known), 50, 'body') },
  { name: 'chunks in drops', misbehave: chunksInDrops },
  { name: 'one byte each 4 s', misbehave: (wire, known) => drip(wire.socket, good(known), 4000) },
  { name: 'half a request, then its side closed late', misbehave: halfClosed },
  { name: 'answers that are not read', misbehave: deaf },
  { name: 'no bytes at all', isBorne: true, misbehave: async () => {} },
  { name: 'idle after a request', isBorne: true, misbehave: idle },
];

/** Two hundred of them at once, while good requests arrive ten times a second. */
export async function attackSlowly({ verdicts, isLong, say }: AttackContext): Promise<void> {
  const target = await startTarget({ isTimed: true });
  try {
    const port = await target.port();
    const known = target.known();
    const endGood = await keepSending(target);
    const waves = isLong ? 5 : 1;
    const lives = new Map<string, number[]>();
    for (let wave = 1; wave <= waves; wave += 1) {
      const all = await Promise.all(
        kinds.flatMap((kind) => Array.from({ length: eachKind }, async () => ({ kind, wire: await dial(port) }))),
      );
      const from = performance.now();
      await Promise.all(
        all.map(async ({ kind, wire }) => {
          void kind.misbehave(wire, known).catch(() => {});
          const waitMs = kind.isBorne === true ? goneMs + 500 : goneMs + lateMs;
          const over = await Promise.race([wire.closed.then(() => true), delay(waitMs, false)]);
          const lifeMs = over ? performance.now() - from : Number.POSITIVE_INFINITY;
          lives.set(kind.name, [...(lives.get(kind.name) ?? []), lifeMs]);
          wire.socket.destroy();
        }),
      );
    }
    const result = await endGood();
    const taken = (result.answers['202'] ?? 0) / Math.max(1, result.sent);
    const slow = kinds.filter(({ isBorne }) => isBorne !== true);
    const longest = Math.max(...slow.flatMap(({ name }) => lives.get(name) ?? []));
    // At most so long did the machine keep a bare server waiting, and with it the listener's timers.
    const machineMs = percentile(
      result.bare.map(({ tookMs }) => tookMs),
      1,
    );
    const late = judgeDelay(result.times, result.bare, { share: 0.99, ms: 250 });
    for (const { name } of kinds) {
      const each = (lives.get(name) ?? []).filter(Number.isFinite);
      const last = each.length === 0 ? 'never' : `after ${(Math.max(...each) / 1000).toFixed(1)} s`;
      say(`${name}: ${each.length} of ${lives.get(name)?.length} gone, the last ${last}`);
    }
    verdicts.check(
      'L4',
      `${slow.length * eachKind} slow senders of ${slow.length} kinds`,
      Number.isFinite(longest) ? `the last gone after ${(longest / 1000).toFixed(1)} s` : 'some stayed',
      `gone ≤ ${goneMs / 1000} s`,
      longest <= goneMs + machineMs,
      'beside them 50 silent and idle sockets, which are borne: the tunnel’s own are silent for hours',
    );
    verdicts.add(
      delayVerdict(
        {
          goal: 'L4',
          what: `${result.sent} good requests meanwhile`,
          measured: `${(taken * 100).toFixed(1)} % answered 202, ${late.measured}`,
          wanted: '≥ 99.9 %, p99 ≤ 250 ms',
        },
        late,
        taken >= 0.999,
      ),
    );
    verdicts.check('L4', 'crashes', String(target.crashes()), '0', target.crashes() === 0);
  } finally {
    await target.stop();
  }
}

const good = (known: Known): Buffer => post(known, known.notificationPath, json(item(known)));

async function drip(socket: Socket, bytes: Buffer, everyMs: number, from: 'head' | 'body' = 'head'): Promise<void> {
  const start = from === 'head' ? 0 : bytes.indexOf('\r\n\r\n') + 4;
  if (start > 0) socket.write(bytes.subarray(0, start));
  for (const byte of bytes.subarray(start)) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await delay(everyMs);
  }
}
async function chunksInDrops({ socket }: Wire, known: Known): Promise<void> {
  socket.write(
    lines(
      `POST /${known.notificationPath} HTTP/1.1`,
      `host: ${known.host}`,
      'content-type: application/json',
      'transfer-encoding: chunked',
    ),
  );
  while (!socket.destroyed) {
    socket.write('1\r\n \r\n');
    await delay(100);
  }
}
async function halfClosed({ socket }: Wire, known: Known): Promise<void> {
  socket.write(good(known).subarray(0, 80));
  await delay(5000);
  socket.end();
}
/** Asks again and again and reads nothing, so that answers pile up. */
async function deaf({ socket }: Wire, known: Known): Promise<void> {
  socket.pause();
  const request = post(known, 'elsewhere', '');
  while (!socket.destroyed) {
    socket.write(Buffer.concat([request, request.subarray(0, 20)]));
    await delay(200);
  }
}
async function idle({ socket }: Wire, known: Known): Promise<void> {
  socket.write(post(known, 'elsewhere', ''));
  await delay(0);
}
