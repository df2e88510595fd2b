import { describe, expect, test } from 'vitest';
import { createLacks } from '../../../../main/shell/lacks.ts';
import { readWatcher, type ToastService, type TrayStanding } from '../../../../main/shell/linux/desktop-services.ts';
import { watchPanel } from '../../../../main/shell/linux/panel-watch.ts';
import { createToastGate } from '../../../../main/shell/linux/toast-gate.ts';

describe('the gate before the system’s notifications', () => {
  function play() {
    const answers: PromiseWithResolvers<ToastService>[] = [];
    const seen: string[] = [];
    const gate = createToastGate({
      ask: () => {
        const answer = Promise.withResolvers<ToastService>();
        answers.push(answer);
        return answer.promise;
      },
      found: (isThere) => seen.push(isThere ? 'found' : 'missing'),
    });
    const pass = (name: string) =>
      gate.pass(
        () => seen.push(name),
        () => seen.push(`${name} refused`),
      );
    const say = async (answer: ToastService): Promise<void> => {
      answers.at(-1)?.resolve(answer);
      await new Promise(setImmediate);
    };
    return { gate, pass, say, seen, asked: () => answers.length };
  }

  test('asks once for a burst, and lets it through in order', async () => {
    const { pass, say, seen, asked } = play();
    for (const name of ['one', 'two', 'three']) pass(name);
    expect([asked(), seen]).toEqual([1, []]);
    await say('there');
    expect(seen).toEqual(['found', 'one', 'two', 'three']);
  });

  test('believes no answer of before', async () => {
    const { pass, say, seen, asked } = play();
    pass('one');
    await say('there');
    pass('two');
    expect(asked()).toBe(2);
    await say('absent');
    pass('three');
    await say('there');
    expect(seen).toEqual(['found', 'one', 'missing', 'two refused', 'found', 'three']);
  });

  test('where nobody can be asked, all goes through at once', async () => {
    const { pass, say, seen, asked } = play();
    pass('one');
    await say('unknown');
    pass('two');
    expect([asked(), seen]).toEqual([1, ['one', 'two']]);
  });
});

describe('the watch over the panel', () => {
  function play() {
    const timers: { readonly delayMs: number; readonly run: () => void }[] = [];
    const seen: string[] = [];
    let standing: TrayStanding = 'shown';
    const clock = {
      now: () => new Date(0),
      onJump: () => () => {},
      after(delayMs: number, run: () => void) {
        const timer = { delayMs, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    };
    const watch = watchPanel({
      ask: async () => standing,
      also: async () => {},
      makeAnew: () => seen.push('made anew'),
      found: (isShown) => seen.push(isShown ? 'shown' : 'missing'),
      clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    /** Its next look finds this; answers when it will look again, in seconds. */
    const look = async (found: TrayStanding): Promise<number | undefined> => {
      standing = found;
      timers.shift()?.run();
      await new Promise(setImmediate);
      return (timers[0]?.delayMs ?? Number.NaN) / 1_000;
    };
    return { watch, look, seen, timers };
  }

  test('looks when the icon had time to come up, then every minute', async () => {
    const { look, seen, timers } = play();
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([2_000]);
    expect([await look('shown'), await look('noHost'), await look('shown')]).toEqual([60, 60, 60]);
    expect(seen).toEqual(['shown', 'missing', 'shown']);
  });

  test('makes the icon anew for a panel that does not know it, looks soon, and says so only when that did not help', async () => {
    const { look, seen } = play();
    expect([await look('notRegistered'), await look('shown')]).toEqual([2, 60]);
    expect([await look('notRegistered'), await look('notRegistered'), await look('notRegistered')]).toEqual([
      2, 60, 60,
    ]);
    expect(seen).toEqual(['made anew', 'shown', 'made anew', 'missing', 'missing']);
  });

  test('where nobody can be asked nothing is said to be missing', async () => {
    const { look, seen } = play();
    await look('unknown');
    expect(seen).toEqual(['shown']);
  });

  test('ends with its shell, also in the middle of a look', async () => {
    const { watch, seen, timers } = play();
    const looking = watch.look();
    watch.stop();
    await looking;
    expect([timers.length, seen]).toEqual([0, []]);
  });
});

describe('what a list of icons says', () => {
  const printed = {
    gdbus:
      "({'RegisteredStatusNotifierItems': <['org.kde.StatusNotifierItem-4711-1', ':1.42/Tray']>, 'IsStatusNotifierHostRegistered': <true>, 'ProtocolVersion': <0>},)\n",
    busctl:
      'a{sv} 3 "RegisteredStatusNotifierItems" as 2 "org.kde.StatusNotifierItem-4711-1" ":1.42/Tray" "IsStatusNotifierHostRegistered" b true "ProtocolVersion" i 0\n',
    'dbus-send':
      '   array [\n      dict entry(\n         RegisteredStatusNotifierItems         variant             array [\n               org.kde.StatusNotifierItem-4711-1 :1.42/Tray            ]\n      )\n      dict entry(\n         IsStatusNotifierHostRegistered         variant             boolean true\n      )\n   ]\n',
  };
  test.each(Object.entries(printed))('is understood from %s', (_tool, text) => {
    expect(readWatcher(text)).toEqual({ hasHost: true, pids: [4711], connections: [':1.42'] });
    expect(readWatcher(text.replace('true', 'false')).hasHost).toBe(false);
  });
});

describe('what is lacking', () => {
  test('is told at once and at each change, to those who still listen', () => {
    const lacks = createLacks(['sandbox']);
    const heard: string[] = [];
    const stop = lacks.onLacks((now) => heard.push([...now].join(' ')));
    lacks.set('tray', true);
    lacks.set('tray', true);
    lacks.set('sandbox', false);
    stop();
    lacks.set('toasts', true);
    expect([heard, lacks.has('toasts')]).toEqual([['sandbox', 'sandbox tray', 'tray'], true]);
  });
});
