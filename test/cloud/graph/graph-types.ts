/** What the stand-in for Graph takes and offers: its options, rules, commands and logs. */
import type { CloudClock, Directory, PublicWeb, Report, Site } from '../types.ts';
import type { CalendarCommands, MailboxCommands } from './commands.ts';
import type { DeliveryLimits, DeliveryRecord } from './delivery.ts';
import type { Fault } from './faults.ts';
import type { RequestRecord } from './request-log.ts';

export interface GraphOptions {
  readonly clock: CloudClock;
  readonly directory: Directory;
  readonly web: PublicWeb;
  readonly report: Report;
  /** Real milliseconds; the service's own by default. Tests that prove the limits shorten them. */
  readonly limits?: Partial<DeliveryLimits & { readonly validationMs: number }>;
}

/** What Graph does by itself. */
export interface GraphRules {
  /** `reauthorizationRequired` when a token or subscription is about to end. Default true. */
  challengeByItself: boolean;
  /** `reauthorizationRequired` when an account's grants are revoked, so that the app can notice. Default true. */
  challengeOnRevoke: boolean;
  /** `missed` with the first delivery after notifications were lost. Default true. */
  tellMissed: boolean;
  /** 409 when `PATCH` and `/reauthorize` are mixed within 10 minutes, beside the violation. Default false. */
  refuseMixedAnswers: boolean;
}

export interface SubscriptionSummary {
  readonly id: string;
  readonly resource: string;
  readonly changeType: string;
  readonly host: string;
  readonly hasLifecycleUrl: boolean;
  readonly immutableIds: boolean;
  readonly expiresAt: Date;
}

/** What Graph and whoever reads along on the way know of a subscription: everything needed to forge a notification. */
export interface SubscriptionSecrets {
  readonly id: string;
  readonly resource: string;
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string;
  readonly clientState: string;
}

/** Something the documentation forbids and the service lets pass. */
export interface Violation {
  readonly at: Date;
  readonly name: 'mixedAnswers' | 'concurrency';
  readonly username: string | undefined;
}

export interface Graph {
  readonly site: Site;
  mailbox(username: string): MailboxCommands;
  calendar(username: string): CalendarCommands;
  /** Live subscriptions of an account. */
  subscriptions(username: string): readonly SubscriptionSummary[];
  /** The same, with what is never logged: for those who play an attacker that reads along. */
  subscriptionSecrets(username: string): readonly SubscriptionSecrets[];
  /**
   * Sends a lifecycle event, known or not, about every subscription of the account (or those to one kind of resource).
   * `subscriptionRemoved` also removes them. Returns how many were sent.
   */
  challenge(username: string, lifecycleEvent: string, only?: 'messages' | 'events'): number;
  /** Removes subscriptions without a word. Returns how many there were. */
  forgetSubscriptions(username: string): number;
  /** Other apps' subscriptions to the same mailbox, for the quota of 1,000. */
  setOthersSubscriptions(username: string, count: number): void;
  readonly notifications: {
    /** Swallows the next `count` notifications; 0 ends it, `Infinity` goes on. */
    drop(count: number): void;
    /** Sends the next `count` batches twice. */
    duplicate(count: number): void;
    /** Collects the next `count` notifications and sends them in reverse order. */
    disorder(count: number): void;
    /** Cloud milliseconds between a change and its notification. */
    delay(ms: number): void;
    /** Most notifications in one POST; default 10. */
    batch(atMost: number): void;
  };
  rules(change: Partial<GraphRules>): void;
  failNext(fault: Fault): void;
  clearFaults(): void;
  readonly requests: readonly RequestRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  readonly violations: readonly Violation[];
  /** Notifications not yet delivered nor given up. */
  pendingDeliveries(): number;
  /** Requests being answered and notifications being sent at this moment; hanging ones do not count. */
  inFlight(): number;
  stop(): void;
}
