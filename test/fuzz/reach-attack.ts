import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { AttackContext } from './attacks.ts';
import { startTarget } from './target.ts';

/** Which doors are open to whom, while everything listens that ever does: listener, page and an open sign-in. */
export async function attackFromElsewhere({ verdicts }: AttackContext): Promise<void> {
  const target = await startTarget();
  try {
    const outcome = await target.ask('session:add-account');
    if (!outcome.ok) throw new Error(outcome.userMessage);
    const { bound } = await target.watch();
    const loopback = (address: string): boolean => address === '127.0.0.1' || address === '::1';
    const outside = bound.filter(({ address }) => !loopback(address));
    const shown = bound.map(({ address, port }) => `${address}:${port}`);
    verdicts.check(
      'L9',
      'where Tidings listens, by its own word',
      outside.length === 0 ? `${bound.length} sockets, all on loopback` : shown.join(' '),
      'loopback only, 4 or more',
      outside.length === 0 && bound.length >= 4,
    );
    const listening = listeningSockets(target.pid());
    if (listening === null)
      verdicts.notRun('L9', 'the same by the system’s word', 'loopback only', 'only Linux tells it in /proc');
    else {
      const open = listening.filter(({ isLoopback }) => !isLoopback);
      const same = listening.length === bound.length;
      verdicts.check(
        'L9',
        'the same by the system’s word',
        `${listening.length} sockets, ${open.length} not on loopback`,
        `${bound.length}, 0`,
        open.length === 0 && same,
      );
    }
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
    );
    const ports = [...new Set(bound.map(({ port }) => port))];
    const tries = others.flatMap((host) => ports.map((port) => ({ host, port })));
    const reached = (await Promise.all(tries.map(answers))).filter(Boolean).length;
    if (tries.length === 0)
      verdicts.notRun('L9', 'from another address of this machine', '0 open ports', 'it has no other address');
    else
      verdicts.check(
        'L9',
        `${ports.length} ports by ${others.length} other addresses`,
        `${reached} open`,
        '0',
        reached === 0,
      );
  } finally {
    await target.stop();
  }
}

function answers(to: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...to, timeout: 3000 });
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

/** What a process listens on, as the kernel lists it; null where there is no such list. */
function listeningSockets(pid: number): readonly { readonly isLoopback: boolean }[] | null {
  if (!existsSync(`/proc/${pid}/net/tcp`)) return null;
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return []; // closed meanwhile
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) => {
    const file = `/proc/${pid}/net/${table}`;
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells[3] === '0A' && own.has(cells[9] ?? ''))
      .map(([, local = '']) => ({
        isLoopback: ['0100007F', '00000000000000000000000001000000'].includes(local.split(':')[0] ?? ''),
      }));
  });
}
