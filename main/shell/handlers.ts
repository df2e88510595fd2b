import { z } from 'zod';
import type { Outcome, Requests, SettingsValues, SettingsView } from '../../preload/contract.ts';
import { longestAlertId } from '../domain/alert.ts';
import { asFailure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';
import { defaultSettings } from '../domain/settings.ts';
import { alertPage, meetingView } from './alert-views.ts';
import { foundPage } from './found-page.ts';
import { settingsView } from './settings-view.ts';
import type { Actions, LoginItem } from './shell.ts';
import { appView } from './views.ts';

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
  readonly loginItem: LoginItem;
}

const alertId = z.string().min(1).max(longestAlertId);
const accountId = z.string().min(1).max(256);
const snoozeChoice = z.enum(['fiveMinutes', 'tenMinutes', 'untilStart']);
const isSetting = (key: string): boolean => Object.hasOwn(defaultSettings, key);
const pauseChoice = z.enum(['oneHour', 'untilTomorrow']);
/** Only shape and size: what each value may be is decided where the file is written, in one place. */
const settingsChange = z
  .record(z.string().max(40), z.json())
  .refine((change) => Object.keys(change).length > 0 && Object.keys(change).every(isSetting))
  .refine((change) => JSON.stringify(change).length <= 200_000)
  .transform((change): Partial<SettingsValues> => change as Partial<SettingsValues>);

/** What each argument list must be at run time: types stop at the process boundary. */
const argumentsOf: { readonly [C in Channel]: z.ZodType<Requests[C]['args']> } = {
  'app:get': z.tuple([]),
  'alerts:list': z.tuple([z.iso.datetime().max(40).nullable(), z.string().max(200)]),
  'alert:open': z.tuple([alertId]),
  'alert:join': z.tuple([alertId]),
  'alert:mark-read': z.tuple([alertId]),
  'alert:mute-conversation': z.tuple([alertId, z.boolean()]),
  'alert:snooze': z.tuple([alertId, snoozeChoice]),
  'alert:dismiss': z.tuple([alertId]),
  'meetings:list': z.tuple([]),
  'meeting:open': z.tuple([alertId]),
  'meeting:join': z.tuple([alertId]),
  'quiet:pause': z.tuple([pauseChoice.nullable()]),
  'settings:get': z.tuple([]),
  'settings:change': z.tuple([settingsChange]),
  'settings:start-at-login': z.tuple([z.boolean()]),
  'folders:list': z.tuple([accountId]),
  'health:self-test': z.tuple([]),
  'health:diagnostics': z.tuple([]),
  'session:sign-in': z.tuple([accountId.nullable()]),
  'session:add-account': z.tuple([]),
  'session:cancel-sign-in': z.tuple([]),
  'session:take-over': z.tuple([accountId]),
  'session:sign-out': z.tuple([accountId]),
  'health:check-now': z.tuple([]),
  'health:open-settings-folder': z.tuple([]),
};

export const channels = Object.keys(argumentsOf) as readonly Channel[];

/** What the page may ask, one function for each channel. They trust their arguments: call them through `answer()`. */
export function createHandlers(world: HandlerWorld): Handlers {
  const { actions, version, log, openLink, openSettingsFolder, loginItem } = world;
  const refused = (userMessage: string): Outcome<never> => ({ ok: false, userMessage });

  /** Failures cross as data, with the sentence meant for the person; the cause goes to the log. */
  async function answered<T>(channel: Channel, ask: () => T | Promise<T>): Promise<Outcome<T>> {
    try {
      return { ok: true, value: await ask() };
    } catch (error) {
      const failure = asFailure(error);
      log.warn('request.failed', { channel, code: failure.code });
      return refused(failure.userMessage);
    }
  }
  const outcome = (channel: Channel, act: () => void | Promise<void>): Promise<Outcome<null>> =>
    answered(channel, async () => {
      await act();
      return null;
    });

  const settings = (): SettingsView => settingsView(actions.settings(), loginItem.read(), actions.state().settingsFile);

  async function openLinkOf(channel: 'alert:open' | 'alert:join', id: string): Promise<Outcome<null>> {
    const alert = actions.alert(id);
    if (alert === null) return refused('This item is not in the list any more.');
    const link = channel === 'alert:open' ? alert.webLink : alert.joinUrl;
    if (link === null) return refused('Microsoft gave no link for this item.');
    return outcome(channel, () => openLink(link));
  }

  async function openLinkOfMeeting(channel: 'meeting:open' | 'meeting:join', id: string): Promise<Outcome<null>> {
    const event = actions.meetings().find((meeting) => meeting.id === id)?.event ?? null;
    if (event === null) return refused('This meeting is not in the list any more.');
    const link = channel === 'meeting:open' ? event.webLink : event.joinUrl;
    if (link === null) return refused('Microsoft gave no link for this meeting.');
    return outcome(channel, () => openLink(link));
  }

  return {
    'app:get': async () => appView(actions.state(), version),
    'alerts:list': async (before, search) => {
      const from = before === null ? null : new Date(before);
      return search.trim() === '' ? alertPage(actions, from) : await foundPage(actions, from, search);
    },
    'alert:open': (id) => openLinkOf('alert:open', id),
    'alert:join': (id) => openLinkOf('alert:join', id),
    'alert:mark-read': (id) => outcome('alert:mark-read', () => actions.markRead(id)),
    'alert:mute-conversation': (id, muted) =>
      outcome('alert:mute-conversation', () => actions.muteConversation(id, muted)),
    'alert:snooze': (id, choice) => outcome('alert:snooze', () => actions.snooze(id, choice)),
    'alert:dismiss': (id) => outcome('alert:dismiss', () => actions.dismiss(id)),
    'meetings:list': async () => actions.meetings().map((meeting) => meetingView(meeting, actions)),
    'meeting:open': (id) => openLinkOfMeeting('meeting:open', id),
    'meeting:join': (id) => openLinkOfMeeting('meeting:join', id),
    'quiet:pause': (choice) => outcome('quiet:pause', () => actions.pause(choice)),
    'settings:get': async () => settings(),
    'settings:change': (change) =>
      answered('settings:change', async () => {
        await actions.changeSettings(change);
        return settings();
      }),
    'settings:start-at-login': (on) =>
      answered('settings:start-at-login', () => {
        loginItem.set(on);
        return settings();
      }),
    'folders:list': (id) => answered('folders:list', () => actions.folders(id)),
    'health:self-test': () => outcome('health:self-test', () => actions.runSelfTest()),
    'health:diagnostics': async () => actions.diagnostics(),
    'session:sign-in': (id) => outcome('session:sign-in', () => actions.signIn(id)),
    'session:add-account': () => outcome('session:add-account', () => actions.addAccount()),
    'session:cancel-sign-in': () => outcome('session:cancel-sign-in', async () => actions.cancelSignIn()),
    'session:take-over': (id) => outcome('session:take-over', () => actions.takeOver(id)),
    'session:sign-out': (id) => outcome('session:sign-out', () => actions.signOut(id)),
    'health:check-now': () => outcome('health:check-now', () => actions.checkNow()),
    'health:open-settings-folder': () => outcome('health:open-settings-folder', openSettingsFolder),
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
