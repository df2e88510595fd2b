import { afterEach, beforeEach } from 'vitest';
import { exchange, type RawAnswer, rawRequest } from './raw.ts';
import { type ListenerWorld, listenerWorld, secrets } from './world.ts';

export const change = `/${secrets.notificationPath}`;
export const lifecycle = `/${secrets.lifecyclePath}`;
export const probe = `/${secrets.probePath}`;
export const nonce = 'abcdefghijklmnop';

export const item = (fields: object = {}): object => ({
  subscriptionId: 'sub-1',
  clientState: 'mail-state',
  changeType: 'created',
  ...fields,
});
export const json = (...items: unknown[]): string => JSON.stringify({ value: items });
export const mail = { account: 'ada.contoso', resource: 'mail' } as const;
export const calendar = { account: 'ada.contoso', resource: 'calendar' } as const;

export interface ListenerRig {
  readonly world: ListenerWorld;
  readonly port: number;
  /** Sooner than after the test. */
  stop(): Promise<void>;
  send(target: string, options?: Parameters<typeof rawRequest>[1]): Promise<RawAnswer>;
}

/** A listener of its own for each test of a file. */
export function listenerForEachTest(options: { readonly requestMs?: number } = {}): ListenerRig {
  let world: ListenerWorld;
  let listener: { readonly port: number; stop(): Promise<void> };
  beforeEach(async () => {
    world = listenerWorld();
    listener = await world.start(options);
  });
  afterEach(() => listener.stop());
  return {
    get world() {
      return world;
    },
    get port() {
      return listener.port;
    },
    stop: () => listener.stop(),
    send: (target, request) => exchange(listener.port, rawRequest(target, request)),
  };
}
