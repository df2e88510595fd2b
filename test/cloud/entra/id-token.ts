/** id_token and client_info: who signed in, in the shape of the v2.0 endpoint. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { placesOf } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';

export interface IdTokenSigner {
  idToken(claims: {
    readonly account: CloudAccount;
    readonly clientId: string;
    readonly issuedAt: Date;
    readonly expiresAt: Date;
    readonly nonce: string | null;
  }): string;
  /** The key set document that verifies the signatures. */
  keys(): { readonly keys: readonly object[] };
}

/** Signs with an RSA key made on first use, so that a cloud nobody signs in to starts fast. */
export function createIdTokenSigner(): IdTokenSigner {
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;
  const keyPair = () => {
    pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return pair;
  };
  const kid = randomUUID();
  return {
    idToken({ account, clientId, issuedAt, expiresAt, nonce }) {
      const seconds = (at: Date) => Math.floor(at.getTime() / 1000);
      const claims = {
        aud: clientId,
        iss: `https://${placesOf(account).signIn[0]}/${account.tid}/v2.0`,
        iat: seconds(issuedAt),
        nbf: seconds(issuedAt),
        exp: seconds(expiresAt),
        name: account.name,
        oid: account.oid,
        preferred_username: account.username,
        sub: createHash('sha256').update(`${clientId} ${account.oid}`).digest('base64url'),
        tid: account.tid,
        uti: randomUUID(),
        ver: '2.0',
        ...(nonce ? { nonce } : {}),
      };
      const input = `${encode({ typ: 'JWT', alg: 'RS256', kid })}.${encode(claims)}`;
      return `${input}.${sign('RSA-SHA256', Buffer.from(input), keyPair().privateKey).toString('base64url')}`;
    },
    keys: () => ({ keys: [{ ...keyPair().publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }] }),
  };
}

/** base64url of `{"uid","utid"}`, from which MSAL makes `homeAccountId`. */
export function clientInfo(account: CloudAccount): string {
  return encode({ uid: account.oid, utid: account.tid });
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
