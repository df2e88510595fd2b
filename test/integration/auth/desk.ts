/** One desktop in a cloud: an identity, a keyring in memory, and a person at its browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Keyring } from '../../../main/auth/keyring.ts';
import { createMsalIdentity, type MsalIdentity, type MsalIdentityOptions } from '../../../main/auth/msal-identity.ts';
import type { Clock, LogFields, SignInRequest } from '../../../main/domain/ports.ts';
import type { Account } from '../../../main/domain/session.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { defaultClientId } from '../../cloud/entra/accounts.ts';
import type { SignInChoice, SignInResult } from '../../cloud/person.ts';
import { createCloudFetch } from './cloud-fetch.ts';

export const scopes = ['Mail.ReadBasic', 'Calendars.Read'];
export const ada = 'ada@contoso.example';
export const tokenPath = '/oauth2/v2.0/token';

export const machineClock: Clock = {
  now: () => new Date(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  onJump: () => () => {},
};

export interface LogLine {
  readonly event: string;
  readonly fields: LogFields;
}

/** A keyring that lives in a Map, which outlives the identity as the real one does. */
export function mapKeyring(texts = new Map<string, string>()): Keyring {
  return async (name) => ({
    ok: true,
    entry: {
      load: async () => texts.get(name) ?? null,
      save: async (text) => void texts.set(name, text),
      remove: async () => void texts.delete(name),
    },
  });
}

export async function startDesk(options: { readonly cloud?: CloudOptions } = {}) {
  const cloud: Cloud = await startCloud(options.cloud);
  const net = createCloudFetch(cloud);
  const folder = await mkdtemp(join(tmpdir(), 'tidings-desk-'));
  const keyringTexts = new Map<string, string>();
  const lines: LogLine[] = [];
  const note = (event: string, fields: LogFields = {}): void => void lines.push({ event, fields });

  async function newIdentity(changes: Partial<MsalIdentityOptions> = {}): Promise<MsalIdentity> {
    const identity = createMsalIdentity({
      clientId: defaultClientId,
      authority: 'https://login.microsoftonline.com/common',
      fetch: net.fetch,
      cacheFolder: folder,
      log: { info: note, warn: note, error: note },
      clock: machineClock,
      scopes,
      keyring: mapKeyring(keyringTexts),
      ...changes,
    });
    await identity.open();
    return identity;
  }

  return {
    cloud,
    /** The desktop's network, to be wrapped. */
    fetch: net.fetch,
    keyringTexts,
    lines,
    newIdentity,
    /** Requests to the token endpoint so far. */
    tokenRequests: () => cloud.requests.filter(({ path }) => path.endsWith(tokenPath)).length,
    /** A whole sign-in: the identity opens the browser, the person does the rest. */
    async signIn(
      identity: MsalIdentity,
      choice: Partial<SignInChoice> = {},
      request: Partial<SignInRequest> = {},
    ): Promise<{ readonly account: Account; readonly url: URL; readonly seen: SignInResult }> {
      const opened = Promise.withResolvers<string>();
      const account = identity.signIn({
        scopes,
        signal: new AbortController().signal,
        openBrowser: async (url) => opened.resolve(url),
        ...request,
      });
      account.catch(opened.reject);
      const url = await opened.promise;
      const seen = await cloud.person.signIn(url, { username: ada, ...choice });
      return { account: await account, url: new URL(url), seen };
    },
    async stop() {
      net.stop();
      await cloud.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Desk = Awaited<ReturnType<typeof startDesk>>;
