import { z } from 'zod';
import type { Outcome, Requests } from '../../preload/contract.ts';
import { asFailure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';
import type { Actions } from './shell.ts';
import { alertPage, appView } from './views.ts';

export type Channel = keyof Requests;

/** One for each message of the contract: leave one out and the compiler asks for it. */
export type Handlers = {
  readonly [C in Channel]: (...args: Requests[C]['args']) => Promise<Requests[C]['result']>;
};

/** What the handlers need beside the core. */
export interface HandlerWorld {
  readonly actions: Actions;
  readonly version: string;
  readonly log: Log;
  /** Rejects when the address is not one that Tidings opens. */
  readonly openLink: (url: string) => Promise<void>;
  readonly openSettingsFolder: () => Promise<void>;
  readonly quit: () => void;
}

const alertId = z.string().min(1).max(512);
const accountId = z.string().min(1).max(256);

/** What each argument list must be at run time: types stop at the process boundary. */
const argumentsOf: { readonly [C in Channel]: z.ZodType<Requests[C]['args']> } = {
  'app:get': z.tuple([]),
  'alerts:list': z.tuple([z.iso.datetime().max(40).nullable()]),
  'alert:open': z.tuple([alertId]),
  'alert:join': z.tuple([alertId]),
  'session:sign-in': z.tuple([accountId.nullable()]),
  'session:add-account': z.tuple([]),
  'session:cancel-sign-in': z.tuple([]),
  'session:sign-out': z.tuple([accountId]),
  'health:check-now': z.tuple([]),
  'health:open-settings-folder': z.tuple([]),
  'app:quit': z.tuple([]),
};

export const channels = Object.keys(argumentsOf) as readonly Channel[];

export function createHandlers({ actions, version, log, openLink, openSettingsFolder, quit }: HandlerWorld): Handlers {
  const done = { ok: true, value: null } as const;
  const refused = (userMessage: string): Outcome<null> => ({ ok: false, userMessage });

  /** Failures cross as data, with the sentence meant for the person; the cause goes to the log. */
  async function outcome(channel: Channel, act: () => Promise<void>): Promise<Outcome<null>> {
    try {
      await act();
      return done;
    } catch (error) {
      const failure = asFailure(error);
      log.warn('request.failed', { channel, code: failure.code });
      return refused(failure.userMessage);
    }
  }

  async function openLinkOf(channel: 'alert:open' | 'alert:join', id: string): Promise<Outcome<null>> {
    const alert = actions.alert(id);
    if (alert === null) return refused('This item is not in the list any more.');
    const link = channel === 'alert:open' ? alert.webLink : alert.joinUrl;
    if (link === null) return refused('Microsoft gave no link for this item.');
    return outcome(channel, () => openLink(link));
  }

  return {
    'app:get': async () => appView(actions.state(), version),
    'alerts:list': async (before) => alertPage(actions.alerts, before === null ? null : new Date(before)),
    'alert:open': (id) => openLinkOf('alert:open', id),
    'alert:join': (id) => openLinkOf('alert:join', id),
    'session:sign-in': (id) => outcome('session:sign-in', () => actions.signIn(id)),
    'session:add-account': () => outcome('session:add-account', () => actions.addAccount()),
    'session:cancel-sign-in': () => outcome('session:cancel-sign-in', async () => actions.cancelSignIn()),
    'session:sign-out': (id) => outcome('session:sign-out', () => actions.signOut(id)),
    'health:check-now': () => outcome('health:check-now', () => actions.checkNow()),
    'health:open-settings-folder': () => outcome('health:open-settings-folder', openSettingsFolder),
    'app:quit': async () => {
      quit();
      return null;
    },
  };
}

/**
 * Checks what came over the boundary, then runs the handler.
 *
 * @throws {TypeError} on an unknown channel or on arguments that are not what they claim; the text says no more.
 */
export async function answer(handlers: Handlers, channel: string, args: readonly unknown[]): Promise<unknown> {
  if (!isChannel(channel)) throw new TypeError('unknown message');
  return run(handlers, channel, args);
}

async function run<C extends Channel>(handlers: Handlers, channel: C, args: readonly unknown[]): Promise<unknown> {
  const parsed = argumentsOf[channel].safeParse(args);
  if (!parsed.success) throw new TypeError(`bad arguments for ${channel}`);
  return handlers[channel](...parsed.data);
}

const isChannel = (channel: string): channel is Channel => Object.hasOwn(argumentsOf, channel);
