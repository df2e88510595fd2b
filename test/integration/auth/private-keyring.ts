/** A real gnome-keyring on a message bus of its own, in a home folder of its own: nobody's real keyring is touched. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface PrivateKeyring {
  /** For a process that shall see this keyring and no other. */
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  lock(): Promise<void>;
  unlock(): Promise<void>;
  stop(): Promise<void>;
}

const password = 'a keyring password';
const limitMs = 10_000;

/** What is missing on this machine for such a keyring, or null. */
export function missingForKeyring(): string | null {
  if (process.platform !== 'linux') return 'not Linux';
  for (const program of ['dbus-daemon', 'gnome-keyring-daemon', 'gdbus']) {
    if (spawnSync(program, ['--version']).error) return `no ${program}`;
  }
  return null;
}

/** @param options.withService false: a bus without any secret service on it. */
export async function startPrivateKeyring(options: { readonly withService: boolean }): Promise<PrivateKeyring> {
  const home = await mkdtemp(join(tmpdir(), 'tidings-keyring-'));
  const runtime = join(home, 'run');
  await mkdir(runtime, { mode: 0o700 });
  const busConfig = join(home, 'bus.conf');
  // No service folders: nothing is started by name, only what this file starts.
  await writeFile(
    busConfig,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${runtime}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`,
  );
  const baseEnv = { PATH: process.env.PATH ?? '', HOME: home, XDG_RUNTIME_DIR: runtime };
  const processes: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of processes.reverse()) await end(child);
    await rm(home, { recursive: true, force: true });
  };

  try {
    const bus = spawn('dbus-daemon', [`--config-file=${busConfig}`, '--nofork', '--print-address'], {
      env: baseEnv,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    processes.push(bus);
    const env = { ...baseEnv, DBUS_SESSION_BUS_ADDRESS: (await firstLine(bus)).trim() };

    const startDaemon = async (): Promise<void> => {
      const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
        env,
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      processes.push(daemon);
      daemon.stdin?.end(password);
      await until(() => call(env, 'org.freedesktop.DBus.Peer.Ping').ok, 'the secret service did not come up');
      await until(() => isLocked(env) === false, 'the keyring did not unlock');
    };
    if (options.withService) await startDaemon();

    return {
      env,
      home,
      async lock() {
        const collection = "['/org/freedesktop/secrets/collection/login']";
        const locked = call(env, 'org.freedesktop.Secret.Service.Lock', collection);
        if (!locked.ok || isLocked(env) !== true) throw new Error(`the keyring did not lock: ${locked.text}`);
      },
      async unlock() {
        await sendPassword(join(runtime, 'keyring', 'control'));
        if (isLocked(env) !== false) throw new Error('the keyring did not unlock');
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Gives the daemon the password as a login does, over its control socket: there is nobody here to answer a prompt. */
async function sendPassword(socketPath: string): Promise<void> {
  const unlock = 1;
  const text = Buffer.from(password);
  const packet = Buffer.alloc(1 + 12 + text.length);
  packet.writeUInt32BE(12 + text.length, 1);
  packet.writeUInt32BE(unlock, 5);
  packet.writeUInt32BE(text.length, 9);
  text.copy(packet, 13);
  const socket = createConnection(socketPath);
  const signal = AbortSignal.timeout(limitMs);
  await once(socket, 'connect', { signal });
  socket.write(packet);
  const [answer]: unknown[] = await once(socket, 'data', { signal });
  socket.destroy();
  if (!Buffer.isBuffer(answer) || answer.readUInt32BE(4) !== 0) throw new Error('the daemon refused the password');
}

function call(env: Readonly<Record<string, string>>, method: string, ...args: string[]) {
  return gdbus(env, '/org/freedesktop/secrets', method, ...args);
}

function isLocked(env: Readonly<Record<string, string>>): boolean | null {
  const answer = gdbus(
    env,
    '/org/freedesktop/secrets/collection/login',
    'org.freedesktop.DBus.Properties.Get',
    'org.freedesktop.Secret.Collection',
    'Locked',
  );
  return answer.ok ? answer.text.includes('true') : null;
}

function gdbus(env: Readonly<Record<string, string>>, path: string, method: string, ...args: string[]) {
  const where = ['--session', '--dest', 'org.freedesktop.secrets', '--object-path', path, '--method', method];
  const { status, stdout, stderr } = spawnSync('gdbus', ['call', ...where, ...args], {
    env,
    encoding: 'utf8',
    timeout: limitMs,
  });
  return { ok: status === 0, text: `${stdout}${stderr}` };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk]: unknown[] = await once(child.stdout ?? child, 'data', { signal: AbortSignal.timeout(limitMs) });
  return String(chunk);
}

async function until(isTrue: () => boolean, problem: string): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(problem);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
