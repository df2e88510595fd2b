import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../../../preload/contract.ts';
import { addAccount, checkNow, dismiss, markRead, signIn } from '../../../renderer/actions.ts';
import { dismissTrouble, useScreen } from '../../../renderer/store.ts';
import { done, playMain } from './played-api.ts';

const initial = useScreen.getState();
beforeEach(() => useScreen.setState(initial, true));
afterEach(() => vi.unstubAllGlobals());
const screen = useScreen.getState;

describe('what the person asks for', () => {
  test('a failure is shown in main’s words until dismissed', async () => {
    playMain({ signIn: async () => ({ ok: false, userMessage: 'Your web browser could not be opened.' }) });
    await signIn(null);

    expect(screen().trouble).toBe('Your web browser could not be opened.');
    dismissTrouble();
    expect(screen().trouble).toBeNull();
  });

  test('a second click while the first is under way asks only once', async () => {
    const slow = Promise.withResolvers<Outcome<null>>();
    const ask = vi.fn(() => slow.promise);
    playMain({ checkNow: ask });
    const both = [checkNow(), checkNow()];
    expect(screen().running).toEqual(new Set(['checkNow']));
    slow.resolve(done);
    await Promise.all(both);

    expect(ask).toHaveBeenCalledTimes(1);
    expect(screen().running).toEqual(new Set());
    expect(screen().checkedAt).toBeInstanceOf(Date);
  });

  test('adding an account never mends one that is there', async () => {
    const signsIn = vi.fn(async () => done);
    const adds = vi.fn(async () => done);
    playMain({ signIn: signsIn, addAccount: adds });
    await addAccount();

    expect([adds.mock.calls, signsIn.mock.calls]).toEqual([[[]], []]);
  });

  test('two alerts can be acted upon at the same time, one of them only once', async () => {
    const asked: string[] = [];
    const slow = Promise.withResolvers<Outcome<null>>();
    playMain({
      markRead: async (id) => {
        asked.push(id);
        return await slow.promise;
      },
    });
    const all = [markRead('a'), markRead('b'), markRead('a')];
    expect(screen().running).toEqual(new Set(['markRead a', 'markRead b']));
    slow.resolve(done);
    await Promise.all(all);

    expect([asked, screen().running]).toEqual([['a', 'b'], new Set()]);
  });

  test('what is thrown is told as well, and the button works again', async () => {
    playMain({ dismiss: async () => Promise.reject(new Error('refused')) });
    await dismiss('a');

    expect([screen().trouble, screen().running]).toEqual(['That did not work. Please try again.', new Set()]);
  });
});
