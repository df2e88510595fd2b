/**
 * Loaded with `--import` into the app's own process, before its built bundle, which runs unchanged: tells whoever started
 * it which ports it listens on and how much memory it holds once its garbage is collected.
 */
import { tracingChannel } from 'node:diagnostics_channel';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

export interface Bound {
  readonly address: string;
  readonly port: number;
}
/** Bytes. */
export interface Watched {
  readonly bound: readonly Bound[];
  readonly heap: number;
  readonly resident: number;
  /** Microseconds of processor time since the start, of the whole process. */
  readonly cpu: number;
}

// The tunnel's thread inherits the option that loads this file.
if (isMainThread) {
  const servers = new Set<Server>();
  const note = (message: unknown): void => {
    const { server } = message as { readonly server: Server };
    servers.add(server);
    server.once('close', () => servers.delete(server));
  };
  tracingChannel('net.server.listen').subscribe({ start() {}, end() {}, asyncStart() {}, asyncEnd: note, error() {} });

  process.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'fail' in message) {
      // As a bug of ours would, with whatever it had in its hands.
      setImmediate(() => {
        throw new Error(String(message.fail));
      });
      Promise.reject(new Error(String(message.fail)));
    }
    if (message !== 'watch') return;
    void (async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        globalThis.gc?.();
        await delay(20);
      }
      const bound = [...servers].flatMap((server) => {
        const address = server.address() as AddressInfo | null;
        return address === null ? [] : [{ address: address.address, port: address.port }];
      });
      const { heapUsed, external, rss } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      const told: Watched = { bound, heap: heapUsed + external, resident: rss, cpu: user + system };
      process.send?.(told);
    })();
  });
  // Whoever started us is gone: a run that was cut short must not leave processes behind.
  process.on('disconnect', () => process.exit(1));
}
