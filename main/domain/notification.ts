import type { WatchedResource } from './alert.ts';

/** Graph's lifecycle events that we act on; any other name is logged and counted. */
export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';
export const lifecycleEvents: readonly LifecycleEvent[] = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'];

/** Says whose `clientState` was echoed, hence what the notification is about. */
export interface Watch {
  /** `homeAccountId`. */
  readonly account: string;
  readonly resource: WatchedResource;
}

/** One POST from Graph, reduced to what the core needs. It is only a hint; never holds `clientState`. */
export interface ReceivedPost {
  readonly receivedAt: Date;
  /** Distinct. */
  readonly changes: readonly (Watch & { readonly subscriptionId: string; readonly changeType: string })[];
  /** `lifecycleEvent` may be a name we do not know: at most 64 printable characters of it. */
  readonly lifecycle: readonly (Watch & { readonly subscriptionId: string; readonly lifecycleEvent: string })[];
}
export interface QueuedPost extends ReceivedPost {
  readonly id: number;
}
