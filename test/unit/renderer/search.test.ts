import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AlertPage } from '../../../preload/contract.ts';
import { keepFoundCurrent, loadOlder, searchDelayMs, setSearch } from '../../../renderer/search.ts';
import { useScreen } from '../../../renderer/store.ts';
import { page, playMain } from './played-api.ts';
import { alert } from './samples.ts';

const a = alert('a', '2026-11-21T09:00:00.000Z');
const b = alert('b', '2026-11-21T08:00:00.000Z');
const c = alert('c', '2026-11-21T07:00:00.000Z');

const initial = useScreen.getState();
const screen = useScreen.getState;
beforeEach(() => {
  useScreen.setState(initial, true);
  vi.useFakeTimers();
});
afterEach(() => {
  setSearch('');
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('typing', () => {
  test('asks main once, after a pause, with what stands there then', async () => {
    const ask = vi.fn(async (): Promise<AlertPage> => ({ alerts: [a], next: null }));
    playMain({ listAlerts: ask });
    for (const text of ['l', 'la', 'lake ']) {
      setSearch(text);
      await vi.advanceTimersByTimeAsync(searchDelayMs - 1);
    }
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(ask.mock.calls).toEqual([[null, 'lake']]);
    expect(screen()).toMatchObject({ search: 'lake ', found: { search: 'lake', list: { alerts: [a], next: null } } });
  });

  test('an answer that comes late never replaces a later one', async () => {
    const answers = [Promise.withResolvers<AlertPage>(), Promise.withResolvers<AlertPage>()];
    let asked = 0;
    playMain({ listAlerts: async () => (await answers[asked++]?.promise) ?? page });
    setSearch('first');
    await vi.advanceTimersByTimeAsync(searchDelayMs);
    setSearch('second');
    await vi.advanceTimersByTimeAsync(searchDelayMs);
    answers[1]?.resolve({ alerts: [b], next: null });
    answers[0]?.resolve({ alerts: [a], next: null });
    await vi.advanceTimersByTimeAsync(0);

    expect(screen().found).toEqual({ search: 'second', list: { alerts: [b], next: null } });
  });

  test('an emptied field shows the whole list at once, whatever is still being answered', async () => {
    const slow = Promise.withResolvers<AlertPage>();
    playMain({ listAlerts: () => slow.promise });
    setSearch('lake');
    await vi.advanceTimersByTimeAsync(searchDelayMs);
    setSearch('');
    slow.resolve({ alerts: [a], next: null });
    await vi.advanceTimersByTimeAsync(0);

    expect(screen()).toMatchObject({ search: '', found: null });
  });

  test('a failure is told', async () => {
    playMain({ listAlerts: async () => Promise.reject(new Error('refused')) });
    setSearch('lake');
    await vi.advanceTimersByTimeAsync(searchDelayMs);

    expect(screen().trouble).toBe('The search did not work. Please try again.');
  });
});

test('when the list changes, what was found is asked for anew', async () => {
  const ask = vi.fn(async (): Promise<AlertPage> => ({ alerts: [a], next: null }));
  playMain({ listAlerts: ask });
  const stop = keepFoundCurrent();
  useScreen.setState({ list: page });
  expect(ask).not.toHaveBeenCalled();

  setSearch('lake');
  await vi.advanceTimersByTimeAsync(searchDelayMs);
  useScreen.setState({ list: { alerts: [a], next: null } });
  await vi.advanceTimersByTimeAsync(0);
  expect(ask).toHaveBeenCalledTimes(2);

  stop();
  useScreen.setState({ list: page });
  expect(ask).toHaveBeenCalledTimes(2);
});

describe('older alerts', () => {
  test('at the end of the list nothing more is asked for', async () => {
    const ask = vi.fn(async () => page);
    playMain({ listAlerts: ask });
    useScreen.setState({ list: page });
    await loadOlder();

    expect(ask).not.toHaveBeenCalled();
  });

  test('of a search are those of that search, and the list stays as it is', async () => {
    const ask = vi.fn(async (): Promise<AlertPage> => ({ alerts: [c], next: null }));
    playMain({ listAlerts: ask });
    const list = { alerts: [a, b], next: b.at };
    useScreen.setState({ list, search: 'lake', found: { search: 'lake', list: { alerts: [b], next: b.at } } });
    await loadOlder();

    expect(ask.mock.calls).toEqual([[b.at, 'lake']]);
    expect(screen()).toMatchObject({ list, found: { list: { alerts: [b, c], next: null } }, running: new Set() });
  });

  test('that come when the person has gone on to another search are dropped', async () => {
    const slow = Promise.withResolvers<AlertPage>();
    playMain({ listAlerts: () => slow.promise });
    useScreen.setState({ list: page, search: 'lake', found: { search: 'lake', list: { alerts: [b], next: b.at } } });
    const loading = loadOlder();
    useScreen.setState({ found: { search: 'sea', list: page } });
    slow.resolve({ alerts: [c], next: null });
    await loading;

    expect(screen().found).toEqual({ search: 'sea', list: page });
  });

  test('a second ask while the first is under way asks only once, and a failure is told', async () => {
    const ask = vi.fn(async () => Promise.reject(new Error('refused')));
    playMain({ listAlerts: ask });
    useScreen.setState({ list: { alerts: [a], next: a.at } });
    await Promise.all([loadOlder(), loadOlder()]);

    expect(ask).toHaveBeenCalledTimes(1);
    expect(screen()).toMatchObject({
      trouble: 'The older alerts could not be read. Please try again.',
      running: new Set(),
    });
  });
});
