import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome, SettingsValues, SettingsView } from '../../../preload/contract.ts';
import {
  isManaged,
  loadFolders,
  loadSettings,
  save,
  savedMs,
  shownValues,
  startAtLogin,
  useSettings,
} from '../../../renderer/settings-store.ts';
import { playMain, view } from './played-api.ts';

const initial = useSettings.getState();
const settings = useSettings.getState;
beforeEach(() => {
  useSettings.setState(initial, true);
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const withChange = (change: Partial<SettingsValues>): SettingsView => ({
  ...view,
  values: { ...view.values, ...change },
});

describe('a change', () => {
  test('shows at once, says that it was saved beside its field, and stops saying so', async () => {
    const slow = Promise.withResolvers<Outcome<SettingsView>>();
    const ask = vi.fn(() => slow.promise);
    playMain({ changeSettings: ask });
    await loadSettings();
    const saving = save('theme', { theme: 'dark' });
    expect([shownValues(settings())?.theme, settings().stored?.values.theme, settings().saves]).toEqual([
      'dark',
      'system',
      { theme: { kind: 'saving' } },
    ]);

    slow.resolve({ ok: true, value: withChange({ theme: 'dark' }) });
    expect(await saving).toBe(true);
    expect(ask.mock.calls).toEqual([[{ theme: 'dark' }]]);
    expect([settings().stored?.values.theme, settings().pending, settings().saves]).toEqual([
      'dark',
      [],
      { theme: { kind: 'saved' } },
    ]);
    await vi.advanceTimersByTimeAsync(savedMs);
    expect(settings().saves).toEqual({});
  });

  test('that is refused goes back to what is stored, and main’s sentence stays beside the field', async () => {
    playMain({ changeSettings: async () => ({ ok: false, userMessage: 'Your administrator sets this.' }) });
    await loadSettings();
    expect(await save('cloud', { cloud: 'china' })).toBe(false);
    await vi.advanceTimersByTimeAsync(savedMs * 2);

    expect([shownValues(settings())?.cloud, settings().saves]).toEqual([
      'global',
      { cloud: { kind: 'failed', userMessage: 'Your administrator sets this.' } },
    ]);
  });

  test('that main does not answer is told as well', async () => {
    playMain({ changeSettings: async () => Promise.reject(new Error('gone')) });
    await loadSettings();
    expect(await save('theme', { theme: 'dark' })).toBe(false);
    expect(settings().saves).toEqual({
      theme: { kind: 'failed', userMessage: 'That did not work. Please try again.' },
    });
  });

  test('waits for the one before it, and both show meanwhile', async () => {
    const first = Promise.withResolvers<Outcome<SettingsView>>();
    const asked: Partial<SettingsValues>[] = [];
    playMain({
      changeSettings: async (change) => {
        asked.push(change);
        return asked.length === 1
          ? await first.promise
          : { ok: true, value: withChange({ theme: 'dark', previews: true }) };
      },
    });
    await loadSettings();
    const both = [save('theme', { theme: 'dark' }), save('previews', { previews: true })];
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([{ theme: 'dark' }]);
    expect(shownValues(settings())).toMatchObject({ theme: 'dark', previews: true });

    // The answer to the first knows nothing of the second, which goes on being shown.
    first.resolve({ ok: true, value: withChange({ theme: 'dark' }) });
    await both[0];
    expect(shownValues(settings())).toMatchObject({ theme: 'dark', previews: true });
    await both[1];
    expect([asked, settings().stored?.values.previews]).toEqual([[{ theme: 'dark' }, { previews: true }], true]);
  });

  test('after one that failed is made all the same', async () => {
    let asked = 0;
    playMain({
      changeSettings: async () =>
        asked++ === 0 ? Promise.reject(new Error('gone')) : { ok: true, value: withChange({ theme: 'light' }) },
    });
    await loadSettings();
    const outcomes = await Promise.all([save('theme', { theme: 'dark' }), save('theme', { theme: 'light' })]);

    expect([outcomes, settings().stored?.values.theme]).toEqual([[false, true], 'light']);
  });
});

test('starting at login shows what the system says, not what was asked for', async () => {
  const denied: SettingsView = { ...view, loginItem: { state: 'requiresApproval', note: 'Allow it there.' } };
  playMain({ startAtLogin: async () => ({ ok: true, value: denied }) });
  await startAtLogin(true);

  expect(settings().stored?.loginItem).toEqual(denied.loginItem);
});

test('settings that cannot be read are told; those that were read before stay', async () => {
  playMain({ getSettings: async () => Promise.reject(new Error('gone')) });
  await loadSettings();
  expect(settings()).toMatchObject({ stored: null, isUnreadable: true });

  playMain();
  await loadSettings();
  playMain({ getSettings: async () => Promise.reject(new Error('gone')) });
  await loadSettings();
  expect(settings()).toMatchObject({ stored: view, isUnreadable: false });
});

test('settings that are read while a change is stored wait for it, and never undo it', async () => {
  let stored = view;
  const slow = Promise.withResolvers<void>();
  playMain({
    getSettings: async () => stored,
    changeSettings: async (change) => {
      await slow.promise;
      stored = withChange(change);
      return { ok: true, value: stored };
    },
  });
  await loadSettings();
  const saving = save('theme', { theme: 'dark' });
  const loading = loadSettings();
  slow.resolve();
  await Promise.all([saving, loading]);

  expect(settings().stored?.values.theme).toBe('dark');
});

test('what somebody else sets is known key by key', () => {
  const managed: SettingsView = { ...view, managed: ['tunnel'] };
  expect([isManaged(managed, 'tunnel'), isManaged(managed, 'cloud'), isManaged(null, 'tunnel')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('folders are read for each account by itself, and a failure can be tried again', async () => {
  let asked = 0;
  playMain({
    listFolders: async () =>
      asked++ === 0
        ? { ok: false, userMessage: 'Microsoft cannot be reached.' }
        : { ok: true, value: [{ id: 'f', name: 'Archive', depth: 0 }] },
  });
  await loadFolders('ada');
  expect(settings().folders).toEqual({ ada: { kind: 'failed', userMessage: 'Microsoft cannot be reached.' } });
  const again = loadFolders('ada');
  expect(settings().folders).toEqual({ ada: { kind: 'loading' } });
  await again;
  expect(settings().folders).toEqual({
    ada: { kind: 'there', folders: [{ id: 'f', name: 'Archive', depth: 0 }] },
  });
});
