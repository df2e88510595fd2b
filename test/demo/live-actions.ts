/** What the control panel can make happen: one entry per button, playing Microsoft, the relay, the machine or the person. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveWorld } from './live-world.ts';
import { ada } from './theatre.ts';

export interface LiveAction {
  readonly id: string;
  readonly group:
    | 'Microsoft: mail'
    | 'Microsoft: calendar'
    | 'Microsoft: sign-in and Graph'
    | 'The tunnel and the network'
    | 'The machine';
  readonly label: (world: LiveWorld) => string;
  readonly about: string;
  /** For switches: something is out of the ordinary until it is pressed again. */
  readonly isOn?: (world: LiveWorld) => boolean;
  /** Why it cannot be done now; null when it can. */
  readonly obstacle?: (world: LiveWorld) => string | null;
  /** @returns one sentence: what was done. */
  readonly run: (world: LiveWorld, words: { readonly from: string; readonly subject: string }) => Promise<string>;
}

const minutes = (count: number): number => count * 60_000;
const hours = (count: number): number => count * 3_600_000;
/** Real milliseconds between two of many mails, as a burst comes in life. */
const burstGapMs = 40;
const shortTokenSeconds = 300;

const subjects = ['Quarterly numbers', 'Lunch on Friday?', 'Minutes of Tuesday', 'Contract, last version', 'Photos'];
const people = [
  'Grace Roe <grace@fabrikam.example>',
  'Lin Poe <lin@contoso.example>',
  'Kim Doe <kim@fabrikam.example>',
];
const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? '';

const needsAwake = ({ isAsleep }: LiveWorld): string | null => (isAsleep() ? 'The machine sleeps.' : null);
const needsRunning = (world: LiveWorld): string | null =>
  needsAwake(world) ?? (world.isRunning() ? null : 'Tidings does not run.');
const needsMeeting = (world: LiveWorld): string | null =>
  world.lastMeeting() === null ? 'Create a meeting first.' : null;
const subscriptions = ({ theatre }: LiveWorld) => theatre.cloud.graph.subscriptions(ada);
const needsSubscriptions = (world: LiveWorld): string | null =>
  subscriptions(world).length === 0 ? 'Nobody has subscribed yet.' : null;
const lifecycle =
  (event: string): LiveAction['run'] =>
  async ({ theatre }) =>
    `Graph told ${theatre.cloud.graph.challenge(ada, event)} subscriptions: ${event}.`;

export const liveActions: readonly LiveAction[] = [
  {
    id: 'deliver',
    group: 'Microsoft: mail',
    label: () => 'Deliver this mail',
    about: 'It arrives in the inbox now.',
    async run({ theatre }, { from, subject }) {
      theatre.cloud.graph.mailbox(ada).deliver({ subject, ...(from === '' ? {} : { from }) });
      return `“${subject}” is in the inbox.`;
    },
  },
  {
    id: 'deliverMany',
    group: 'Microsoft: mail',
    label: () => 'Twenty at once',
    about: 'A burst: a few toasts and one summary.',
    async run({ theatre }) {
      const mailbox = theatre.cloud.graph.mailbox(ada);
      for (let index = 0; index < 20; index += 1) {
        mailbox.deliver({ subject: `${pick(subjects, index)} (${index + 1} of 20)`, from: pick(people, index) });
        await delay(burstGapMs);
      }
      return 'Twenty mails are in the inbox.';
    },
  },
  {
    id: 'markRead',
    group: 'Microsoft: mail',
    label: () => 'Read one elsewhere',
    about: 'As on a phone: toast and count should go.',
    obstacle: (world) => (world.newestUnread() === null ? 'There is no unread mail.' : null),
    async run(world) {
      const mail = world.newestUnread();
      if (mail === null) return 'There is no unread mail.';
      world.theatre.cloud.graph.mailbox(ada).markRead(mail.immutableId);
      return `“${mail.subject}” was read on another device.`;
    },
  },
  {
    id: 'createMeeting',
    group: 'Microsoft: calendar',
    label: () => 'Invite to a meeting',
    about: 'Starts in 40 minutes, with a link to join.',
    async run(world) {
      const start = new Date(Math.ceil((world.theatre.now().getTime() + minutes(40)) / minutes(5)) * minutes(5));
      const meeting = world.theatre.cloud.graph
        .calendar(ada)
        .create({ subject: 'Design review', start, location: 'Room 5', isOnlineMeeting: true });
      return `“${meeting.subject}” was created.`;
    },
  },
  {
    id: 'moveMeeting',
    group: 'Microsoft: calendar',
    label: () => 'Move it by an hour',
    about: 'The toast says from when to when.',
    obstacle: needsMeeting,
    async run(world) {
      const meeting = world.lastMeeting();
      if (meeting === null) return 'There is no meeting.';
      const start = new Date(meeting.start.getTime() + hours(1));
      world.theatre.cloud.graph.calendar(ada).update(meeting.immutableId, { start });
      return `“${meeting.subject}” starts an hour later.`;
    },
  },
  {
    id: 'cancelMeeting',
    group: 'Microsoft: calendar',
    label: () => 'Cancel it',
    about: 'Its organizer calls it off.',
    obstacle: needsMeeting,
    async run(world) {
      const meeting = world.lastMeeting();
      if (meeting === null) return 'There is no meeting.';
      world.theatre.cloud.graph.calendar(ada).cancel(meeting.immutableId);
      return `“${meeting.subject}” was cancelled.`;
    },
  },
  {
    id: 'resetPassword',
    group: 'Microsoft: sign-in and Graph',
    label: () => 'Reset the password',
    about: 'Every sign-in ends. Only the person can help now.',
    async run(world) {
      const newPassword = world.nextPassword();
      world.theatre.cloud.entra.resetPassword(ada, { newPassword });
      return `The password is now: ${newPassword}`;
    },
  },
  {
    id: 'challenge',
    group: 'Microsoft: sign-in and Graph',
    label: () => 'Challenge',
    about: 'reauthorizationRequired: the app answers by itself.',
    obstacle: needsSubscriptions,
    run: lifecycle('reauthorizationRequired'),
  },
  {
    id: 'missed',
    group: 'Microsoft: sign-in and Graph',
    label: () => 'Say “missed”',
    about: 'Graph lost notifications: the app must look for itself.',
    obstacle: needsSubscriptions,
    run: lifecycle('missed'),
  },
  {
    id: 'removeSubscriptions',
    group: 'Microsoft: sign-in and Graph',
    label: () => 'Remove subscriptions',
    about: 'subscriptionRemoved: the app makes new ones.',
    obstacle: needsSubscriptions,
    run: lifecycle('subscriptionRemoved'),
  },
  {
    id: 'shortTokens',
    group: 'Microsoft: sign-in and Graph',
    label: (world) => (world.hasShortTokens() ? 'Usual tokens again' : 'Issue short tokens'),
    about: 'From now on access tokens live 5 minutes.',
    isOn: (world) => world.hasShortTokens(),
    async run(world) {
      const isOn = !world.hasShortTokens();
      world.setShortTokens(isOn ? shortTokenSeconds : null);
      return isOn ? 'New access tokens live 5 minutes.' : 'New access tokens live as long as usual.';
    },
  },
  {
    id: 'tunnel',
    group: 'The tunnel and the network',
    label: (world) => (world.isTunnelCut() ? 'Restore the tunnel' : 'Cut the tunnel'),
    about: 'The relay loses its power.',
    isOn: (world) => world.isTunnelCut(),
    async run(world) {
      await world.cutTunnel(!world.isTunnelCut());
      return world.isTunnelCut() ? 'The tunnel is cut.' : 'The relay works again.';
    },
  },
  {
    id: 'stealName',
    group: 'The tunnel and the network',
    label: () => 'Steal its name',
    about: 'A stranger gets the address that Graph calls.',
    obstacle: ({ theatre }) => (theatre.cloud.relay.names().length === 0 ? 'No tunnel is open.' : null),
    async run({ theatre }) {
      const { relay } = theatre.cloud;
      const [held] = relay.names().filter(({ connected }) => connected > 0);
      if (held === undefined) return 'No tunnel is open.';
      relay.takeName(held.name);
      return 'A stranger owns the tunnel’s name now.';
    },
  },
  {
    id: 'network',
    group: 'The tunnel and the network',
    label: (world) => (world.isOffline() ? 'Network on' : 'Network off'),
    about: 'No way out of this desktop.',
    isOn: (world) => world.isOffline(),
    obstacle: needsAwake,
    async run(world) {
      await world.setOffline(!world.isOffline());
      return world.isOffline() ? 'The desktop has no network.' : 'The network is back.';
    },
  },
  {
    id: 'sleep',
    group: 'The machine',
    label: ({ isAsleep }) => (isAsleep() ? 'Wake it 9 hours later' : 'Close the lid'),
    about: 'Nothing of the app runs while the machine sleeps.',
    isOn: (world) => world.isAsleep(),
    async run(world) {
      if (!world.isAsleep()) {
        await world.fallAsleep();
        return 'The machine sleeps. What happens now is told after waking.';
      }
      await world.wakeAfter(hours(9));
      return 'Nine hours later, the machine is awake.';
    },
  },
  ...(
    [
      ['minute', '+1 minute', minutes(1)],
      ['quarter', '+15 minutes', minutes(15)],
      ['threeHours', '+3 hours', hours(3)],
    ] as const
  ).map(
    ([id, label, ms]): LiveAction => ({
      id,
      group: 'The machine',
      label: () => label,
      about: 'Time runs fast, for everybody alike.',
      obstacle: needsAwake,
      async run(world) {
        await world.runFast(ms);
        return `${label}: done.`;
      },
    }),
  ),
  {
    id: 'start',
    group: 'The machine',
    label: () => 'Start Tidings',
    about: 'As at login.',
    obstacle: (world) => needsAwake(world) ?? (world.isRunning() ? 'Tidings runs.' : null),
    async run({ theatre }) {
      await theatre.app.start(theatre.now().getTime());
      return 'Tidings was started.';
    },
  },
  {
    id: 'quit',
    group: 'The machine',
    label: () => 'Quit it',
    about: 'In good order, as its menu does.',
    obstacle: needsRunning,
    async run({ theatre }) {
      await theatre.app.desktop.quit();
      return 'Tidings has ended.';
    },
  },
  {
    id: 'kill',
    group: 'The machine',
    label: () => 'Kill it',
    about: 'Without a word, as when the power goes.',
    obstacle: needsRunning,
    async run({ theatre }) {
      await theatre.app.kill();
      return 'Tidings was killed.';
    },
  },
  {
    id: 'theme',
    group: 'The machine',
    label: (world) => (world.isDark() ? 'Light desktop' : 'Dark desktop'),
    about: 'The app follows.',
    isOn: (world) => world.isDark(),
    obstacle: needsAwake,
    async run(world) {
      await world.setDark(!world.isDark());
      return world.isDark() ? 'The desktop is dark.' : 'The desktop is light.';
    },
  },
  {
    id: 'signIn',
    group: 'Microsoft: sign-in and Graph',
    label: () => 'Sign in for me',
    about: 'Ada types her password and agrees.',
    obstacle: (world) => (world.signInPage() === null ? 'No sign-in page is open: click the tray.' : null),
    async run(world) {
      await world.fillSignIn();
      return 'Ada has signed in.';
    },
  },
];
