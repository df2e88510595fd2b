/**
 * What the parts of the stand-in cloud know of each other. One owner per part: `entra`, `graph`, `relay`; `cloud.ts`
 * puts them behind one intercepting proxy. Everything the product sees of them is real HTTP(S).
 */
import type { RequestListener } from 'node:http';
import type { CloudName } from './clouds.ts';

/** The cloud's own clock. `manual` stands still until `advance`; `real` follows the machine. */
export interface CloudClock {
  readonly mode: 'manual' | 'real';
  now(): Date;
  /** Runs `run` once, `delayMs` of cloud time later. Returns a cancel function. */
  after(delayMs: number, run: () => void): () => void;
  /** Manual mode only: moves time, running what falls due in order. */
  advance(ms: number): Promise<void>;
}

/** One readable thing that happened in the cloud; the demo, the scenarios and `npm run cloud` print these. */
export interface CloudEvent {
  readonly at: Date;
  readonly site: 'entra' | 'graph' | 'relay' | 'proxy' | 'person';
  /** `noun.verb`, such as `subscription.created`, `token.refused`, `notification.delivered`. */
  readonly name: string;
  /** One line in plain words, without tokens, codes, secrets or secret paths. */
  readonly text: string;
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}
export type Report = (event: Omit<CloudEvent, 'at'>) => void;

/** A web site of the cloud: the host names it answers for (`*.` in front covers every subdomain) and its handler. */
export interface Site {
  readonly hosts: readonly string[];
  readonly handle: RequestListener;
}

export interface CloudAccount {
  readonly kind: 'work' | 'personal';
  /** For example `ada@contoso.example`. */
  readonly username: string;
  readonly name: string;
  readonly password: string;
  /** Object id and home tenant; `homeAccountId` is `{oid}.{tid}`. */
  readonly oid: string;
  readonly tid: string;
  /** Where the mailbox lives; `global` when absent. Personal accounts live nowhere else. */
  readonly cloud?: CloudName;
}

export type TokenCheck =
  | {
      readonly ok: true;
      readonly account: CloudAccount;
      readonly scopes: readonly string[];
      readonly clientId: string;
      readonly expiresAt: Date;
      readonly tokenId: string;
    }
  /** Graph answers 401 with this header and Graph error body (claims challenge when the session was revoked and cp1 was declared). */
  | {
      readonly ok: false;
      /** 401 when absent. Others are for tokens that are good, but not for what was asked. */
      readonly status?: 400 | 404 | 501;
      readonly wwwAuthenticate: string;
      readonly code: string;
      readonly message: string;
    };

/** Entra's memory, as far as Graph may look into it. */
export interface Directory {
  accounts(): readonly CloudAccount[];
  byUsername(username: string): CloudAccount;
  /**
   * @param authorization the whole header value, or undefined.
   * @param asked the Graph that was asked, the global one when absent, and the path: an app without a person may do what
   *   it may do to the mailbox that is named there.
   */
  checkAccessToken(
    authorization: string | undefined,
    asked?: { readonly graphHost: string; readonly path: string },
  ): TokenCheck;
  /** True while the token that a subscription was created or renewed with may still be used to deliver. */
  tokenStillGood(tokenId: string): boolean;
  /** Tells when grants of an account were revoked (password reset, session revoked). */
  onRevoked(listener: (account: CloudAccount) => void): () => void;
}

/** The public internet as Graph sees it: a request to an https address, answered by whatever relay holds that name. */
export interface PublicWeb {
  send(request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Real milliseconds. */
    readonly timeoutMs: number;
  }): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }>;
}
