import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ToastProgram } from '../../../main/domain/ports.ts';
import { createNotifySend } from '../../../main/system/notify-send.ts';
import { findProgram } from '../../../main/system/programs.ts';
import { missingForBus, type PrivateBus, startBus } from '../../desktop-double/bus.ts';
import { type NotificationServer, startNotificationServer } from '../../desktop-double/notification-server.ts';

let folder: string;
let toasts: ToastProgram;
let heard: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-notify-'));
  heard = [];
});
afterEach(() => {
  toasts?.closeAll();
  rmSync(folder, { recursive: true, force: true });
});

function create(program: string): ToastProgram {
  toasts = createNotifySend(program, {
    shown: () => heard.push('shown'),
    failed: (key, why) => heard.push(`failed ${key}: ${why}`),
    clicked: (key) => heard.push(`clicked ${key}`),
  });
  return toasts;
}
const toast = (key: string, body = 'Numbers', stays = false) => ({ key, title: `From ${key}`, body, stays });

/** A `notify-send` that writes down how it was called, then does this. */
function recorded(then: string, help = '--action --wait'): string {
  const program = join(folder, 'notify-send');
  writeFileSync(
    program,
    `#!/bin/sh\n[ "$1" = --help ] && { echo '${help}'; exit 0; }\nprintf '[%s]' "$@" >> '${folder}/calls'\necho >> '${folder}/calls'\n${then}\n`,
  );
  chmodSync(program, 0o755);
  return program;
}
const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n') : [];

const onWindows = process.platform === 'win32';
describe.skipIf(onWindows)(`a recorded notify-send${onWindows ? ' (not run: a shell script)' : ''}`, () => {
  test('gets text that it takes for nothing else, and waits for a click', async () => {
    create(recorded('echo default')).show({ ...toast('a', 'C:\\new &lt;b&gt;'), title: '--help' });
    await expect.poll(() => heard).toEqual(['shown', 'clicked a']);
    expect(calls()).toEqual(['[--app-name=Tidings][--wait][--action=default=Open][--][--help][C:\\\\new &lt;b&gt;]']);
  });

  test('of an old version only hands over', async () => {
    create(recorded('exit 0', '--urgency --hint')).show(toast('a', 'Numbers', true));
    await expect.poll(() => heard).toEqual(['shown']);
    expect(calls()).toEqual(['[--app-name=Tidings][--expire-time=0][--][From a][Numbers]']);
  });

  test('that complains and then waits for ever, as the real one does where there is no service, has failed', async () => {
    const program = recorded('echo "GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: none" >&2; exec sleep 60');
    create(program).show(toast('a'));
    await expect.poll(() => heard).toEqual(['failed a: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: none']);
    await delay(1_200); // longer than a toast needs to count as taken
    expect(heard).toHaveLength(1);
  });

  test('that only says that it shows no button has not failed', async () => {
    const words = 'Actions are not supported by this notifications server. Displaying non-interactively.';
    create(recorded(`echo >&2; echo "(x:1): libnotify-WARNING **: y" >&2; echo "${words}" >&2; exit 0`)).show(
      toast('a'),
    );
    await expect.poll(() => heard).toEqual(['shown']);
  });

  test.each(['--action --wait', '--urgency'])('that fails is told as that, once (%s)', async (help) => {
    create(recorded('echo no bus >&2; exit 1', help)).show(toast('a'));
    await expect.poll(() => heard).toEqual(['failed a: no bus']);
    await delay(100);
    expect(heard).toHaveLength(1);
  });

  test('that is no program is told as that', async () => {
    create(join(folder, 'missing')).show(toast('a'));
    await expect.poll(() => heard.join()).toContain('failed a: spawn');
  });

  test('a toast that is replaced before it could be shown is never shown', async () => {
    create(recorded('exec sleep 60')).show(toast('a', 'first'));
    toasts.show(toast('a', 'second'));
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['shown']);
    expect(calls()).toEqual(['[--app-name=Tidings][--wait][--action=default=Open][--][From a][second]']);
  });

  test('never more than ten of them wait, and none when all are taken back', async () => {
    create(recorded(`echo $$ >> '${folder}/pids'; exec sleep 60`));
    for (let index = 0; index < 14; index += 1) toasts.show(toast(`t${index}`));
    await expect.poll(calls, { timeout: 10_000 }).toHaveLength(14);
    const alive = () => {
      const pids = existsSync(join(folder, 'pids')) ? readFileSync(join(folder, 'pids'), 'utf8').split('\n') : [];
      return pids.filter((pid) => pid !== '' && existsSync(`/proc/${pid}`)).length;
    };
    if (!existsSync('/proc/self')) return;
    await expect.poll(alive, { timeout: 10_000 }).toBeLessThanOrEqual(10);
    toasts.closeAll();
    await expect.poll(alive, { timeout: 10_000 }).toBe(0);
    expect(heard.filter((each) => each.startsWith('clicked'))).toEqual([]);
  });
});

/** With `--action`, as libnotify has it since 0.8. */
function realProgram(): string | null {
  const program = findProgram('notify-send', process.env);
  if (program === null) return null;
  return spawnSync(program, ['--help'], { encoding: 'utf8' }).stdout.includes('--action') ? program : null;
}
const real = realProgram();
const missing = real === null ? 'no notify-send of version 0.8 or newer' : missingForBus();

describe.skipIf(missing !== null)(`the real notify-send${missing === null ? '' : ` (not run: ${missing})`}`, () => {
  let bus: PrivateBus;
  let server: NotificationServer;
  let before: string | undefined;
  beforeEach(async () => {
    bus = await startBus();
    before = process.env.DBUS_SESSION_BUS_ADDRESS;
    process.env.DBUS_SESSION_BUS_ADDRESS = bus.env.DBUS_SESSION_BUS_ADDRESS;
    create(real ?? '');
  });
  afterEach(async () => {
    toasts.closeAll();
    server?.stop();
    await bus.stop();
    if (before === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
    else process.env.DBUS_SESSION_BUS_ADDRESS = before;
  });

  test('brings the words to the desktop as they were written, and a click back', async () => {
    server = await startNotificationServer(bus.env.DBUS_SESSION_BUS_ADDRESS);
    toasts.show(toast('a', 'C:\\new\\table &lt;b&gt; 100%', true));
    const sent = await server.next('From a');
    expect(sent).toMatchObject({
      app: 'Tidings',
      title: 'From a',
      body: 'C:\\new\\table &lt;b&gt; 100%',
      actions: ['default', 'Open'],
      expireTimeout: 0,
    });
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['shown']);
    server.click(sent.id);
    await expect.poll(() => heard).toEqual(['shown', 'shown', 'clicked a']);
  });

  test('takes a toast back when told to, and says nothing of it', async () => {
    server = await startNotificationServer(bus.env.DBUS_SESSION_BUS_ADDRESS);
    toasts.show(toast('a'));
    await server.next('From a');
    toasts.close('a');
    await expect.poll(() => server.shown(), { timeout: 5_000 }).toEqual([]);
    expect(heard).toEqual([]);
  });

  test('a toast the person closed is no click', async () => {
    server = await startNotificationServer(bus.env.DBUS_SESSION_BUS_ADDRESS);
    toasts.show(toast('a'));
    const sent = await server.next('From a');
    server.dismiss(sent.id);
    toasts.show(toast('b'));
    await server.next('From b');
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['shown', 'shown']);
  });

  test('without a notification service it is told as a failure', async () => {
    toasts.show(toast('a'));
    await expect.poll(() => heard.join(), { timeout: 15_000 }).toContain('failed a: GDBus.Error');
    expect(heard).toHaveLength(1);
  });
});
