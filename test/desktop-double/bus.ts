/** A message bus of its own: no service of the machine's desktop is on it, and nothing here reaches that desktop. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateBus {
  /** For a process that shall be on this bus. */
  readonly env: Readonly<{ DBUS_SESSION_BUS_ADDRESS: string }>;
  /** As a bus that dies, which takes what is on it with it. */
  stop(): Promise<void>;
}

const limitMs = 10_000;

/** What is missing on this machine for such a bus, or null. `gdbus` is what the product asks with. */
export function missingForBus(): string | null {
  if (process.platform !== 'linux') return 'not Linux';
  for (const program of ['dbus-daemon', 'gdbus']) if (spawnSync(program, ['--version']).error) return `no ${program}`;
  return null;
}

/**
 * @param options.hanging names of services that are said to be startable, and never come up: what a desktop looks like
 * whose notification service is installed and broken.
 */
export async function startBus(options: { readonly hanging?: readonly string[] } = {}): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-bus-'));
  const services = join(folder, 'services');
  await mkdir(services);
  for (const name of options.hanging ?? []) {
    await writeFile(join(services, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=/bin/sleep 60\n`);
  }
  const config = join(folder, 'bus.conf');
  await writeFile(
    config,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${folder}</listen><auth>EXTERNAL</auth>
<servicedir>${services}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`,
  );
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stop = async (): Promise<void> => {
    await end(daemon);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [line]: unknown[] = await once(daemon.stdout, 'data', { signal: AbortSignal.timeout(limitMs) });
    return { env: { DBUS_SESSION_BUS_ADDRESS: String(line).trim() }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
