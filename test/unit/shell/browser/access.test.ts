import { expect, test } from 'vitest';
import { codeLifeMs, createAccess } from '../../../../main/shell/browser/access.ts';

const today = { view: 'today', alertId: null } as const;

function atTime() {
  let nowMs = 0;
  return { access: createAccess(() => nowMs), pass: (ms: number) => (nowMs += ms) };
}

test('a code is good once and brings the view that it was made for', () => {
  const { access } = atTime();
  const show = { view: 'today', alertId: 'alert-1' } as const;
  const code = access.newCode(show);
  const entry = access.redeem(code);
  expect(entry).toEqual({ token: expect.stringMatching(/^[\w-]{43}$/), show });
  expect(access.isToken(entry?.token ?? '')).toBe(true);
});

test('a code that comes a second time may be stolen: it is refused, and its token ends', () => {
  const { access } = atTime();
  const [code, other] = [access.newCode(today), access.newCode(today)];
  const { token } = access.redeem(code) ?? { token: '' };
  const { token: otherToken } = access.redeem(other) ?? { token: '' };
  expect(access.redeem(code)).toBeNull();
  expect([access.isToken(token), access.isToken(otherToken)]).toEqual([false, true]);
});

test('a code lives a minute and not longer', () => {
  const { access, pass } = atTime();
  const [first, second] = [access.newCode(today), access.newCode(today)];
  pass(codeLifeMs);
  expect(access.redeem(first)).not.toBeNull();
  pass(1);
  expect(access.redeem(second)).toBeNull();
});

test('what was never given out opens nothing', () => {
  const { access } = atTime();
  const code = access.newCode(today);
  for (const wrong of ['', code.slice(1), `${code}A`, code.toLowerCase(), '__proto__', 'constructor']) {
    expect(access.redeem(wrong)).toBeNull();
    expect(access.isToken(wrong)).toBe(false);
  }
  expect(access.isToken(code)).toBe(false);
});

test('whoever asks for ever more gets the latest; the oldest give way', () => {
  const { access } = atTime();
  const codes = Array.from({ length: 100 }, () => access.newCode(today));
  expect(codes.filter((code) => access.redeem(code) !== null)).toEqual(codes.slice(-16));
  const tokens = Array.from({ length: 100 }, () => access.redeem(access.newCode(today))?.token ?? '');
  expect(tokens.filter((token) => access.isToken(token))).toEqual(tokens.slice(-32));
});
