/** The cloud's own certificate authority: one per run, trusted by whoever is given its file, thrown away at the end. */
import './reflect-metadata.ts';

import { createHash, KeyObject, webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import * as x509 from '@peculiar/x509';

export interface Authority {
  /** PEM file for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  readonly caPem: string;
  /** SHA-256 of the authority's public key, base64: what Chromium's `--ignore-certificate-errors-spki-list` takes. */
  readonly caKeyHash: string;
  /** A certificate and key for this host name, made on the first call and kept. */
  secureContext(host: string): Promise<SecureContext>;
  /** Removes the file. */
  stop(): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };

/**
 * Makes the authority.
 *
 * Certificates hold from one day ago to ten years ahead in *real* time, because TLS looks at the machine's clock; the
 * real time is taken from the process's monotonic clock, as a scenario may have moved `Date`.
 */
export async function createAuthority(): Promise<Authority> {
  const realNowMs = performance.timeOrigin + performance.now();
  const notBefore = new Date(realNowMs - DAY_MS);
  const notAfter = new Date(realNowMs + 10 * 365 * DAY_MS);

  const caKeys = await newKeyPair();
  const ca = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerialNumber(),
      name: 'CN=Stand-in cloud authority',
      notBefore,
      notAfter,
      keys: caKeys,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
      ],
    },
    webcrypto as Crypto,
  );
  const caPem = `${ca.toString('pem')}\n`;
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-cloud-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, caPem, { mode: 0o600 });
  const publicKey = await webcrypto.subtle.exportKey('spki', caKeys.publicKey);

  async function issue(host: string): Promise<SecureContext> {
    const keys = await newKeyPair();
    const leaf = await x509.X509CertificateGenerator.create(
      {
        serialNumber: newSerialNumber(),
        subject: 'CN=Stand-in cloud site',
        issuer: ca.subject,
        notBefore,
        notAfter,
        signingKey: caKeys.privateKey,
        publicKey: keys.publicKey,
        signingAlgorithm: signing,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
          await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ],
      },
      webcrypto as Crypto,
    );
    const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
    return createSecureContext({ key, cert: `${leaf.toString('pem')}\n${caPem}` });
  }

  const issued = new Map<string, Promise<SecureContext>>();
  return {
    caFile,
    caPem,
    caKeyHash: createHash('sha256').update(new Uint8Array(publicKey)).digest('base64'),
    secureContext(host) {
      const name = host.toLowerCase();
      const known = issued.get(name);
      if (known) return known;
      const fresh = issue(name);
      issued.set(name, fresh);
      fresh.catch(() => issued.delete(name));
      return fresh;
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function newKeyPair(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
}

/** Sixteen random bytes as hex, positive as X.509 wants it. */
function newSerialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return Buffer.from(bytes).toString('hex');
}
