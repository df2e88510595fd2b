import { expect, test } from 'vitest';
import { createCipher, newCipherKey } from '../../../main/store/cipher.ts';
import { otherKey, testCipher } from './fixtures.ts';

const text = 'Grüße 👋 from Ada';
const sealed = testCipher.seal(text, 'alerts\n1');

test('opens what it sealed, and seals the same text differently each time', () => {
  expect(testCipher.open(sealed, 'alerts\n1')).toBe(text);
  expect(testCipher.open(testCipher.seal('', 'x'), 'x')).toBe('');
  expect(Buffer.from(testCipher.seal(text, 'alerts\n1')).equals(sealed)).toBe(false);
});

test('opens nothing in another place, with another key, changed in any byte, or cut short', () => {
  expect(testCipher.open(sealed, 'alerts\n2')).toBeNull();
  expect(createCipher(otherKey).open(sealed, 'alerts\n1')).toBeNull();
  for (let i = 0; i < sealed.length; i += 1) {
    const changed = Uint8Array.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(testCipher.open(changed, 'alerts\n1'), `byte ${i}`).toBeNull();
    expect(testCipher.open(sealed.subarray(0, i), 'alerts\n1'), `${i} bytes`).toBeNull();
  }
});

test('makes keys of 32 random bytes and refuses others', () => {
  const key = newCipherKey();
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(newCipherKey()).not.toBe(key);
  expect(() => createCipher('c2hvcnQ=')).toThrow(RangeError);
});
