import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isJson, parseJson } from '../../../main/webhook/body.ts';
import { recogniser } from '../../../main/webhook/client-state.ts';
import { createFixedAddressProvider, fixedAddress } from '../../../main/webhook/fixed-address.ts';
import { createBudget } from '../../../main/webhook/limits.ts';
import { pathOf, routeOf } from '../../../main/webhook/paths.ts';
import { watchSockets } from '../../../main/webhook/socket-watch.ts';
import { validationTokenIn } from '../../../main/webhook/validation-token.ts';

describe('the budget', () => {
  test('lets a burst through, then as much as flows in', () => {
    let now = 0;
    const budget = createBudget(10, 3, () => now);
    const take = (times: number): boolean[] => Array.from({ length: times }, () => budget.take());
    expect(take(4)).toEqual([true, true, true, false]);
    now = 99;
    expect(take(1)).toEqual([false]);
    now = 100;
    expect(take(2)).toEqual([true, false]);
    now = 60_000;
    expect(take(4)).toEqual([true, true, true, false]);
  });
});

describe('JSON from strangers', () => {
  test.each([
    ['{}', 1, {}],
    ['[[]]', 2, [[]]],
    ['[[]]', 1, undefined],
    ['"[[[["', 0, '[[[['],
    ['"\\"[["', 0, '"[['],
    ['["\\\\",[]]', 2, ['\\', []]],
    ['["\\\\",[]]', 1, undefined],
    ['[', 1, undefined],
    ['', 1, undefined],
    [']]]][', 1, undefined],
  ])('%s with at most %i levels', (text, depth, expected) => {
    expect(parseJson(Buffer.from(text), depth)).toEqual(expected);
  });
  test('no type at all is not JSON', () => {
    expect([isJson(undefined), isJson(''), isJson('application/json;')]).toEqual([false, false, true]);
  });
});

describe('recognising a clientState', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const mail = { account: 'a', resource: 'mail' } as const;
  const calendar = { account: 'b', resource: 'calendar' } as const;

  test('says whose it is and nothing more, however often it is asked', () => {
    const recognise = recogniser([
      { ...mail, digest: digest('one') },
      { ...calendar, digest: digest('two') },
    ]);
    expect([recognise('two'), recognise('one'), recognise('two'), recognise('three'), recognise('three')]).toEqual([
      calendar,
      mail,
      calendar,
      null,
      null,
    ]);
  });
  test('a digest that was stored badly matches nothing', () => {
    const recognise = recogniser([
      { ...mail, digest: '' },
      { ...mail, digest: 'not hex' },
      { ...mail, digest: digest('one').slice(0, 62) },
    ]);
    expect([recognise('one'), recognise('')]).toEqual([null, null]);
  });
});

describe('public paths', () => {
  const segment = (letter: string): string => letter.repeat(32);
  const secrets = {
    notificationPath: segment('n'),
    lifecyclePath: segment('l'),
    probePath: segment('p'),
    probeKey: '',
  };
  test('are known to the letter', () => {
    const paths = ['n', 'l', 'p', 'x', 'N'].map((letter) => `/${segment(letter)}`);
    expect(paths.map((path) => routeOf(path, secrets))).toEqual(['notification', 'lifecycle', 'probe', null, null]);
  });
  test.each(['', 'short', 'a'.repeat(31), `${'a'.repeat(32)}/`, `${'a'.repeat(32)}%`, `${'ä'.repeat(32)}`])(
    '"%s" is no secret segment',
    (bad) => {
      expect(() => pathOf(bad)).toThrow(RangeError);
    },
  );
});

describe('a validation token', () => {
  test.each([
    ['', { kind: 'none' }],
    ['other=1', { kind: 'none' }],
    ['validationToken=a+b%2B', { kind: 'token', token: 'a b+' }],
    ['x=1&validationToken=abc', { kind: 'token', token: 'abc' }],
    ['validationToken=12345678', { kind: 'token', token: '12345678' }],
    ['validationToken=123456789', { kind: 'invalid' }],
    ['validationToken', { kind: 'invalid' }],
    ['validationToken=%0A', { kind: 'invalid' }],
  ])('in "%s"', (query, expected) => {
    expect(validationTokenIn(query, 8)).toEqual(expected);
  });
});

describe('a fixed public address', () => {
  test.each([
    ['https://tidings.contoso.example', 'https://tidings.contoso.example'],
    ['https://tidings.contoso.example/', 'https://tidings.contoso.example'],
    ['https://Tidings.Contoso.example:8443', 'https://tidings.contoso.example:8443'],
    ['https://tidings.contoso.example:443', 'https://tidings.contoso.example'],
  ])('%s is taken as %s', async (address, publicUrl) => {
    const provider = createFixedAddressProvider(address);
    const tunnel = await provider.open({ port: 1, name: 'unused', signal: new AbortController().signal });
    expect({ kind: provider.kind, publicUrl: tunnel.publicUrl }).toEqual({ kind: 'fixedAddress', publicUrl });
  });
  test.each([
    ['', 'is not a web address'],
    ['tidings.contoso.example', 'is not a web address'],
    ['http://tidings.contoso.example', 'must begin with https://'],
    ['ftp://tidings.contoso.example', 'must begin with https://'],
    ['https://ada:secret@tidings.contoso.example', 'must not contain a user name or password'],
    ['https://tidings.contoso.example/hooks', 'must be a host name only, without a path'],
    ['https://tidings.contoso.example/?a=b', 'must be a host name only, without a path'],
    ['https://tidings.contoso.example/#a', 'must be a host name only, without a path'],
    ['https://localhost', 'must be a host name that Microsoft can reach from the internet'],
    ['https://127.0.0.1', 'must be a host name that Microsoft can reach from the internet'],
    ['https://[::1]', 'must be a host name that Microsoft can reach from the internet'],
    ['https://0x7f000001', 'must be a host name that Microsoft can reach from the internet'],
    ['https://printer.local', 'must be a host name that Microsoft can reach from the internet'],
    ['https://intranet', 'must be a host name that Microsoft can reach from the internet'],
  ])('%s is refused: it %s', (address, why) => {
    expect(() => fixedAddress(address)).toThrow(
      expect.objectContaining({ code: 'configuration', userMessage: `The public address in the settings ${why}.` }),
    );
  });
});

describe('watching the data sockets of a tunnel', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const watched = (): { sockets: EventEmitter; reasons: string[]; open: () => EventEmitter } => {
    const sockets = new EventEmitter();
    const reasons: string[] = [];
    watchSockets(sockets, (why) => reasons.push(why));
    return {
      sockets,
      reasons,
      open() {
        const socket = new EventEmitter();
        sockets.emit('open', socket);
        return socket;
      },
    };
  };

  test('three seconds without any is the end', () => {
    const { reasons, open } = watched();
    const [one, two] = [open(), open()];
    one.emit('close');
    vi.advanceTimersByTime(60_000);
    two.emit('close');
    vi.advanceTimersByTime(2_999);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reasons).toEqual(['no connection to the relay is left']);
  });
  test('one that comes back in time is not', () => {
    const { reasons, open } = watched();
    open().emit('close');
    vi.advanceTimersByTime(2_000);
    open();
    vi.advanceTimersByTime(60_000);
    expect(reasons).toEqual([]);
  });
  test('sixty that die without a request within ten seconds are borne, one more is the end', () => {
    const { reasons, open } = watched();
    open();
    for (let n = 0; n < 60; n += 1) open().emit('close');
    expect(reasons).toEqual([]);
    for (let n = 0; n < 3; n += 1) open().emit('close');
    expect(reasons).toEqual(['the relay closes every connection']);
  });
  test('a thousand that each carried a request are traffic', () => {
    const { sockets, reasons, open } = watched();
    open();
    for (let n = 0; n < 1000; n += 1) {
      sockets.emit('request');
      open().emit('close');
    }
    expect(reasons).toEqual([]);
  });
  test('a few idle deaths now and then never add up', () => {
    const { reasons, open } = watched();
    open();
    for (let n = 0; n < 200; n += 1) {
      open().emit('close');
      vi.advanceTimersByTime(1_000);
    }
    expect(reasons).toEqual([]);
  });
});
