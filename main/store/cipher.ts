import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/** Seals what a stranger who finds the file must not read: senders, subjects, names, links, our secrets. */
export interface Cipher {
  /** `context` says where the text belongs (table and row); a sealed text opens only there. */
  seal(text: string, context: string): Uint8Array;
  /** Null when it was sealed with another key, for another place, or is damaged. */
  open(sealed: Uint8Array, context: string): string | null;
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of everything sealed, so that a later way of sealing can be told apart. */
const FORMAT = 1;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** A fresh key as base64, to be kept in the system's keyring. */
export const newCipherKey = (): string => randomBytes(KEY_BYTES).toString('base64');

/** Whether a value from the keyring can be our key at all. */
export const isCipherKey = (keyBase64: string): boolean => Buffer.from(keyBase64, 'base64').length === KEY_BYTES;

/**
 * AES-256-GCM: format byte, random nonce, tag, sealed text. The context is authenticated, not stored.
 *
 * @throws {RangeError} if the key is not 32 bytes of base64.
 */
export function createCipher(keyBase64: string): Cipher {
  const bytes = Buffer.from(keyBase64, 'base64');
  if (bytes.length !== KEY_BYTES) throw new RangeError(`The key must have ${KEY_BYTES} bytes, not ${bytes.length}`);
  // Prepared once: from bytes Node would do that for every row, which costs more than the sealing.
  const key = createSecretKey(bytes);
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      if (sealed.length < HEAD_BYTES || sealed[0] !== FORMAT) return null;
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context, 'utf8'));
      decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
