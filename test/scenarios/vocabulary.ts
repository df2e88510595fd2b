/** The words a scenario file may use. Anything else is an error that names the file and the step. */
import { z } from 'zod';
import { healthStates } from '../../main/domain/health.ts';

const units = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** `90s`, `12min`, `9h`, `4d`: milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|min|h|d)$/, 'a duration looks like 90s, 12min, 9h or 4d')
  .transform((text) => {
    const [, count = '0', unit = 's'] = /^(\d+)(\D+)$/.exec(text) ?? [];
    return Number(count) * units[unit as keyof typeof units];
  });
const account = z.string().min(3).default('ada@contoso.example');
const subject = z.string().min(1);
const instant = z.iso.datetime({ offset: true });

const tray = z.enum(healthStates);

export const expectations = z.strictObject({
  /** The one state that icon, tooltip, first menu line and window show. */
  tray: tray.optional(),
  /** Part of the tray's tooltip. */
  says: z.string().optional(),
  /** Toasts since the last such check, `title | body`, in any order; each entry is a part of one toast, and none is left over. */
  toasts: z.array(z.string()).optional(),
  /** Words that no toast of the whole story has said so far. */
  neverSaid: z.array(z.string()).optional(),
  /** Toasts now on the screen. */
  toastsOpen: z.number().int().optional(),
  /** Subjects in the list, in any order, each once. */
  alerts: z.array(z.string()).optional(),
  alertCount: z.number().int().optional(),
  unread: z.number().int().optional(),
  /** Why toasts are held back; null: they are not. */
  quiet: z.enum(['paused', 'quietHours']).nullable().optional(),
  /** Subjects in the list whose conversation is muted. */
  muted: z.array(z.string()).optional(),
  /** Live subscriptions at Graph. */
  subscriptions: z.number().int().optional(),
  /** Notifications that Graph has not got rid of yet: between two tries, or held back. */
  undelivered: z.number().int().optional(),
  /** Requests since the last such check: `METHOD path part` → how many. */
  requests: z.record(z.string(), z.number().int()).optional(),
  /** Requests for a token, by code or refresh token, since the last such check. */
  tokenRequests: z.number().int().optional(),
  /** Pages the app has asked the browser to open and nobody has looked at. */
  browserPages: z.number().int().optional(),
  /** Part of the address of the newest of them. */
  browserShows: z.string().optional(),
  /** Subjects of the meetings that the window lists as coming next, in its order. */
  next: z.array(z.string()).optional(),
  running: z.boolean().optional(),
  /** How the sign-in in the window stands, and part of what the window says when it failed. */
  signIn: z.enum(['idle', 'waitingForBrowser', 'failed']).optional(),
  signInSays: z.string().optional(),
  /** Labels that the tray's menu shows, each as a part of one. */
  menu: z.array(z.string()).optional(),
  /** Part of a text that the window offers to hand to an administrator; null: there is none. */
  handOn: z.string().nullable().optional(),
  /** Part of the note about tokens kept in memory only; null: there is none. */
  storageNote: z.string().nullable().optional(),
  /** Names of documented rules that the app has broken so far at Graph. */
  rulesBroken: z.array(z.string()).optional(),
  /** Verdicts of the window's self-test, by step; only the named ones are looked at. */
  selfTest: z
    .partialRecord(
      z.enum(['token', 'graph', 'tunnel', 'roundTrip', 'toasts']),
      z.enum(['waiting', 'running', 'good', 'bad', 'off']),
    )
    .optional(),
  /** Part of one of its texts. */
  selfTestSays: z.string().optional(),
  /** Headlines of what is worth knowing beside the state, each as a part of one; `[]`: there is nothing. */
  notices: z.array(z.string()).optional(),
  /** Graph permissions that tokens were issued for since the last such check. */
  permissions: z.array(z.string()).optional(),
  /** Words that must not be in the app's log or in any file of its folder. */
  nowhereOnDisk: z.array(z.string()).optional(),
});
export type Expectations = z.infer<typeof expectations>;

export const step = z.union([
  z.strictObject({ say: z.string() }),
  z.strictObject({ app: z.enum(['start', 'quit', 'kill']) }),
  /** The process kills itself with signal 9 while it answers the next notification: nothing of it runs after that line. */
  z.strictObject({
    app: z.literal('dies at the next notification'),
    when: z.enum(['before storing', 'before answering']),
  }),
  z.strictObject({ window: z.literal('adds an account') }),
  z.strictObject({ window: z.literal('signs out'), account }),
  /** The newest alert with that subject. `refused`: part of the sentence that says why not. */
  z.strictObject({ window: z.literal('marks as read'), subject, refused: z.string().optional() }),
  /** The conversation of the newest alert with that subject. */
  z.strictObject({ window: z.enum(['mutes', 'unmutes']), subject }),
  z.strictObject({ window: z.literal('runs the self-test') }),
  /** The newest reminder with that subject. `refused`: part of the sentence that says why not. */
  z.strictObject({ window: z.enum(['dismisses', 'joins']), subject, refused: z.string().optional() }),
  z.strictObject({
    window: z.literal('snoozes'),
    subject,
    for: z.enum(['fiveMinutes', 'tenMinutes', 'untilStart']),
    refused: z.string().optional(),
  }),
  /** In place of those that were chosen before. */
  z.strictObject({ window: z.literal('chooses folders'), folders: z.array(z.string()), account }),
  /** In the window's settings: only these keys change. `refused`: part of the sentence that says why not. */
  z.strictObject({ settings: z.record(z.string(), z.json()), refused: z.string().optional() }),
  /** An administrator writes the policy file of this machine; the app reads it when it starts. */
  z.strictObject({ policy: z.record(z.string(), z.json()) }),
  z.strictObject({ click: z.string() }),
  z.strictObject({ clickToast: z.string() }),
  z.strictObject({ pressToast: z.string(), button: z.enum(['markRead', 'join', 'snooze', 'dismiss']) }),
  z.strictObject({
    browser: z.enum(['accept', 'decline', 'cancel', 'close', 'is refused']),
    as: account,
    password: z.string().optional(),
  }),
  z.strictObject({
    mail: z.enum(['arrives', 'is read', 'is unread', 'is deleted', 'is moved', 'is restored']),
    subject,
    to: account,
    from: z.string().default('Grace Roe <grace@fabrikam.example>'),
    /** With `arrives`: that many, numbered after the subject. */
    count: z.number().int().min(1).max(5_000).default(1),
    read: z.boolean().default(false),
    /** With `arrives`: mails of one name belong together. */
    conversation: z.string().optional(),
    /** With `arrives`: its first words. */
    preview: z.string().default(''),
    important: z.boolean().default(false),
    focused: z.boolean().default(true),
    /** With `arrives` and `is moved`: a folder's name. */
    folder: z.string().optional(),
  }),
  /** `inside`: another folder's name. Its messages go with it. */
  z.strictObject({ folder: z.literal('is made'), name: z.string(), of: account, inside: z.string().optional() }),
  z.strictObject({ folder: z.literal('is deleted'), name: z.string(), of: account }),
  z.strictObject({
    meeting: z.enum(['is created', 'is moved', 'is cancelled', 'is deleted', 'is changed', 'is declined']),
    subject,
    of: account,
    start: instant.optional(),
    lasts: duration.optional(),
    /** How long before its start the event itself reminds; 15 min without it. */
    reminds: duration.optional(),
    /** Whole days, by the date of `start`. */
    allDay: z.boolean().optional(),
    /** With a link to join. */
    online: z.boolean().optional(),
    /** Of a series: the one that begins on this date. */
    day: z.iso.date().optional(),
    location: z.string().optional(),
    mine: z.boolean().default(false),
    /** With `is created`: the same meeting as the one of that name in this account’s calendar. */
    copyOf: z.string().optional(),
    /** With `is created`: the first of a series, which keeps to the clock on the wall in Berlin. */
    every: z.enum(['day', 'week', 'month', 'year']).optional(),
    times: z.number().int().min(1).optional(),
  }),
  z.strictObject({
    graph: z.literal('says'),
    event: z.string(),
    account,
    about: z.enum(['messages', 'events']).optional(),
  }),
  z.strictObject({ graph: z.literal('swallows notifications'), count: z.number().int() }),
  z.strictObject({ graph: z.literal('sends twice'), count: z.number().int() }),
  z.strictObject({ graph: z.literal('forgets subscriptions'), account }),
  z.strictObject({ graph: z.literal('expires delta links'), account }),
  z.strictObject({ graph: z.literal('challenges after a password reset'), on: z.boolean() }),
  /** Collects that many notifications, and sends the last one first. */
  z.strictObject({ graph: z.literal('sends in reverse'), count: z.number().int().min(2) }),
  z.strictObject({ graph: z.literal('has subscriptions of other apps'), count: z.number().int().min(0), account }),
  /** The next requests to Graph get another answer than the true one. */
  z.strictObject({
    graph: z.literal('answers badly'),
    how: z.enum(['throttle', 'status', 'garbage', 'truncated', 'foreignLink', 'reset', 'lost']),
    /** A regular expression for path and query. */
    path: z.string().default('.'),
    requests: z.number().int().min(1).default(1),
    status: z.number().int().min(400).max(599).optional(),
    code: z.string().optional(),
    retryAfter: duration.optional(),
  }),
  z.strictObject({ graph: z.literal('answers well again') }),
  z.strictObject({
    entra: z.literal('resets the password'),
    account,
    suberror: z.string().nullable().default(null),
  }),
  z.strictObject({ entra: z.literal('issues tokens for'), minutes: z.number().min(1) }),
  z.strictObject({
    entra: z.enum(['demands a second factor', 'withdraws the consent', 'disables the account', 'enables the account']),
    account,
  }),
  z.strictObject({
    entra: z.enum(['wants an administrator’s approval', 'has an administrator’s approval']),
    account,
    /** Short names of permissions; without them those for reading mail and calendar. */
    for: z.array(z.string()).min(1).optional(),
  }),
  z.strictObject({
    relay: z.enum([
      'cut',
      'restored',
      'restarted',
      'swallows posts',
      'passes posts',
      'takes the name',
      'frees the name',
    ]),
  }),
  z.strictObject({ network: z.enum(['off', 'on']) }),
  z.strictObject({ keyring: z.enum(['locked', 'open', 'wiped']) }),
  /** `freezes`: nobody tells the app, as when a virtual machine was paused; its clock just leaps. */
  z.strictObject({ machine: z.enum(['sleeps', 'freezes']), for: duration }),
  /** `holding`: this much is true at every look meanwhile, one each `every`. */
  z.strictObject({
    time: duration,
    holding: expectations.pick({ tray: true, subscriptions: true, rulesBroken: true, browserPages: true }).optional(),
    every: duration.default(10 * units.min),
  }),
  z.strictObject({ expect: expectations, within: duration.default(0) }),
]);
export type Step = z.infer<typeof step>;

const story = z.strictObject({
  name: z.string().min(3),
  /** The promise this proves, in one sentence. */
  promise: z.string().min(10),
  start: instant.default('2026-11-21T09:00:00Z'),
  steps: z.array(z.unknown()).min(1),
});
export interface Story {
  readonly name: string;
  readonly promise: string;
  readonly start: Date;
  readonly steps: readonly Step[];
}

/**
 * A scenario from its JSON text.
 *
 * @param file for the message.
 * @throws {Error} naming the file, the step (from 1) and what is wrong with it.
 */
export function readStory(file: string, text: string): Story {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: not JSON: ${(error as Error).message}`);
  }
  const head = story.safeParse(raw);
  if (!head.success) throw new Error(`${file}: ${z.prettifyError(head.error)}`);
  const steps = head.data.steps.map((each, index) => readStep(file, index + 1, each));
  return { name: head.data.name, promise: head.data.promise, start: new Date(head.data.start), steps };
}

function readStep(file: string, number: number, raw: unknown): Step {
  const result = step.safeParse(raw);
  if (result.success) return result.data;
  const keys = typeof raw === 'object' && raw !== null ? Object.keys(raw) : [];
  // Of all the shapes a step may have, the one meant is the one that shares its first word.
  const verbs = step.options.filter((option) => keys.some((key) => key === Object.keys(option.shape)[0]));
  if (verbs.length === 0) {
    const known = [...new Set(step.options.map((option) => Object.keys(option.shape)[0]))].join(', ');
    throw new Error(`${file}, step ${number}: unknown verb in ${JSON.stringify(raw)}. Known: ${known}.`);
  }
  const closest = verbs
    .map((option) => option.safeParse(raw).error)
    .filter((error) => error !== undefined)
    .sort((a, b) => a.issues.length - b.issues.length)[0];
  throw new Error(`${file}, step ${number}: ${closest === undefined ? 'not understood' : z.prettifyError(closest)}`);
}
