/** The story the demo plays: each beat makes something happen, then names the promises it keeps. */
import { ada, type Theatre } from './theatre.ts';

export interface Held {
  readonly promise: string;
  /** Not run: the shell has no such place. */
  readonly held: boolean | 'notRun';
  /** What was seen, for when it was not held; or why it was not run. */
  readonly seen: string;
}
export interface Beat {
  readonly title: string;
  /** One sentence for somebody who has not read the code. */
  readonly about: string;
  /** `keep` notes a promise; `picture` takes one on the way, beside the one at the end of every beat. */
  readonly play: (
    theatre: Theatre,
    keep: (promise: string, held: boolean | 'notRun', seen?: string) => void,
    picture: (caption: string) => Promise<void>,
  ) => Promise<void>;
}

const minutes = (count: number): number => count * 60_000;
const seconds = (count: number): number => count * 1_000;
const inSeconds = (ms: number | null): string => (ms === null ? 'never' : `after ${ms / 1000} s`);

export const story: readonly Beat[] = [
  {
    title: 'Tidings starts',
    about: 'Nobody is signed in: Tidings says so, and no sign-in opens by itself.',
    async play(theatre, keep) {
      await theatre.startApp();
      keep(`${theatre.place} says “Not signed in”`, theatre.tray().includes('Not signed in'), theatre.tray());
      keep('no browser opened by itself', theatre.browserPages.length === 0);
    },
  },
  {
    title: 'Signing in',
    about: 'A click opens the system browser; the real MSAL library waits on its loopback address.',
    async play(theatre, keep, picture) {
      await theatre.app.clickMenu('Sign in');
      await theatre.signInInBrowser(() => picture('The sign-in page, in the person’s own browser'));
      const took = await theatre.untilTray('All good', seconds(60));
      keep(`${theatre.place} says “All good”`, took !== null, `${theatre.tray()} ${inSeconds(took)}`);
    },
  },
  {
    title: 'Two subscriptions',
    about: 'One for the inbox, one for the calendar; Graph checked both addresses of each through the tunnel.',
    async play(theatre, keep) {
      const live = theatre.cloud.graph.subscriptions(ada);
      const handshakes = theatre.cloud.events.filter((event) => event.name === 'endpoint.validated').length;
      keep('two subscriptions live at Graph', live.length === 2, String(live.length));
      keep('four validation handshakes, each answered', handshakes === 4, String(handshakes));
    },
  },
  {
    title: 'A mail arrives',
    about: 'Graph tells the app through the tunnel; the text comes from Graph itself, over the app’s own connection.',
    async play(theatre, keep) {
      const mark = theatre.toasts.length;
      theatre.cloud.graph
        .mailbox(ada)
        .deliver({ subject: 'Quarterly numbers', from: 'Grace Roe <grace@fabrikam.example>' });
      await theatre.until(() => theatre.toasts.length > mark, seconds(10));
      const texts = theatre.toastsSince(mark).map((toast) => `${toast.title}: ${toast.body}`);
      keep('one toast, with sender and subject', texts.join() === 'Grace Roe: Quarterly numbers', texts.join(' / '));
    },
  },
  {
    title: 'A meeting is moved',
    about: 'Told as a difference a person can read.',
    async play(theatre, keep) {
      const calendar = theatre.cloud.graph.calendar(ada);
      const meeting = calendar.create({ subject: 'Design review', start: '2026-11-23T09:00:00Z', location: 'Room 5' });
      await theatre.until(() => theatre.toasts.some((toast) => toast.title.startsWith('New meeting')), seconds(10));
      const mark = theatre.toasts.length;
      await theatre.advance(seconds(20));
      calendar.update(meeting.immutableId, { start: '2026-11-24T13:00:00Z' });
      await theatre.until(() => theatre.toasts.length > mark, seconds(10));
      const text = theatre
        .toastsSince(mark)
        .map((toast) => `${toast.title} ${toast.body}`)
        .join();
      keep(
        'the toast says from when to when',
        text.includes('Moved from Mon 23 Nov, 10:00 to Tue 24 Nov, 14:00'),
        text,
      );
    },
  },
  {
    title: 'Graph challenges the subscriptions',
    about: 'reauthorizationRequired: answered without a person, and without anybody noticing.',
    async play(theatre, keep) {
      await theatre.advance(minutes(15));
      const [mark, asked] = [theatre.toasts.length, theatre.cloud.graph.requests.length];
      theatre.cloud.graph.challenge(ada, 'reauthorizationRequired');
      await theatre.advance(seconds(5));
      const answers = theatre.cloud.graph.requests.slice(asked).filter((r) => r.path.endsWith('/reauthorize'));
      keep('both subscriptions reauthorized', answers.length === 2, String(answers.length));
      keep(
        'no toast, no browser, still all good',
        theatre.toasts.length === mark && theatre.tray().includes('All good'),
        theatre.tray(),
      );
    },
  },
  {
    title: 'The password is reset',
    about: 'Only the person can help now: Tidings says what and why; nothing pops up by itself.',
    async play(theatre, keep, picture) {
      await theatre.advance(minutes(20));
      const mark = theatre.toasts.length;
      theatre.cloud.entra.resetPassword(ada, { newPassword: 'a new passphrase' });
      const took = await theatre.untilTray('Sign in needed: your password changed', seconds(10));
      keep(`within 10 s ${theatre.place} says “Sign in needed: your password changed”`, took !== null, theatre.tray());
      const texts = theatre.toastsSince(mark).map((toast) => toast.title);
      keep('exactly one toast', texts.length === 1, texts.join(' / '));
      await theatre.lookAtMenu(() => picture('The tray’s menu: the state first, then the one thing to do'));
      const menu = theatre.menu();
      keep(
        'the tray’s menu begins with the state, then offers the one thing to do',
        menu === null ? 'notRun' : menu.slice(0, 2).join() === 'Sign in needed: your password changed,Sign in again…',
        menu === null ? 'this shell has no tray' : menu.slice(0, 2).join(' / '),
      );
      keep('no browser opened by itself', theatre.browserPages.length === 0);
    },
  },
  {
    title: 'Meanwhile, unseen',
    about: 'Two mails and a cancellation happen while nobody can look. Twenty minutes pass.',
    async play(theatre, keep) {
      const mark = theatre.toasts.length;
      const { graph } = theatre.cloud;
      graph.mailbox(ada).deliver({ subject: 'Lunch on Friday?', from: 'Lin Poe <lin@contoso.example>' });
      graph.mailbox(ada).deliver({ subject: 'Contract, last version', from: 'Grace Roe <grace@fabrikam.example>' });
      const meeting = graph
        .calendar(ada)
        .events()
        .find((event) => event.subject === 'Design review');
      if (meeting !== undefined) graph.calendar(ada).cancel(meeting.immutableId);
      const asked = theatre.cloud.requests.filter((r) => r.path.includes('/token')).length;
      await theatre.advance(minutes(20));
      const again = theatre.cloud.requests.filter((r) => r.path.includes('/token')).length;
      keep('the dead sign-in was not tried again', again === asked, `${again - asked} more token requests`);
      keep(
        'the state stays, without more toasts',
        theatre.toasts.length === mark && theatre.tray().includes('your password changed'),
        theatre.tray(),
      );
    },
  },
  {
    title: 'Sign in again',
    about: 'One click. The pending challenge is answered, and one digest tells what was missed.',
    async play(theatre, keep) {
      const mark = theatre.toasts.length;
      await theatre.app.clickMenu('Sign in again');
      await theatre.signInInBrowser();
      const took = await theatre.untilTray('All good', seconds(60));
      keep('all good again', took !== null, `${theatre.tray()} ${inSeconds(took)}`);
      const texts = theatre.toastsSince(mark).map((toast) => toast.title);
      keep(
        'one digest: 2 messages and 1 cancelled meeting',
        texts.join() === '2 messages and 1 cancelled meeting',
        texts.join(' / '),
      );
      const live = theatre.cloud.graph.subscriptions(ada).length;
      keep('two live subscriptions', live === 2, String(live));
    },
  },
  {
    title: 'The tunnel is cut',
    about: 'Push is down: Tidings says so within two minutes, and polling takes over.',
    async play(theatre, keep) {
      theatre.cloud.relay.cut();
      const took = await theatre.untilTray('Delayed', minutes(2));
      keep(
        `within 2 min ${theatre.place} says “Delayed: the tunnel is down”`,
        took !== null,
        `${theatre.tray()} ${inSeconds(took)}`,
      );
      const mark = theatre.toasts.length;
      theatre.cloud.graph.mailbox(ada).deliver({ subject: 'Still here', from: 'Lin Poe <lin@contoso.example>' });
      await theatre.until(() => theatre.toasts.length > mark, seconds(70));
      const texts = theatre.toastsSince(mark).map((toast) => toast.body);
      keep('a mail still arrives', texts.join() === 'Still here', texts.join(' / '));
    },
  },
  {
    title: 'The tunnel heals',
    about: 'The relay is back; the app is reachable again and says so.',
    async play(theatre, keep) {
      await theatre.cloud.relay.restore();
      const took = await theatre.untilTray('All good', seconds(90));
      keep('healed by itself', took !== null, `${theatre.tray()} ${inSeconds(took)}`);
      const mark = theatre.toasts.length;
      theatre.cloud.graph
        .mailbox(ada)
        .deliver({ subject: 'By push again', from: 'Grace Roe <grace@fabrikam.example>' });
      await theatre.until(() => theatre.toasts.length > mark, seconds(5));
      const texts = theatre.toastsSince(mark).map((toast) => toast.body);
      keep('push works again', texts.join() === 'By push again', texts.join(' / '));
    },
  },
  {
    title: 'Killed, and started again',
    about: 'The process is killed without warning; a mail comes; it starts again a quarter of an hour later.',
    async play(theatre, keep) {
      const before = (await theatre.app.glance()).alerts.map((alert) => alert.id);
      await theatre.app.kill();
      theatre.cloud.graph.mailbox(ada).deliver({ subject: 'While it was dead', from: 'Lin Poe <lin@contoso.example>' });
      await theatre.advance(minutes(15));
      const mark = theatre.toasts.length;
      await theatre.startApp();
      const took = await theatre.untilTray('All good', seconds(90));
      keep('all good again, without a new sign-in', took !== null && theatre.browserPages.length === 0, theatre.tray());
      // The digest follows the state, and stands for a moment before it is counted.
      await theatre.advance(seconds(5));
      const after = (await theatre.app.glance()).alerts;
      const kept = before.every((id) => after.filter((alert) => alert.id === id).length === 1);
      keep(
        'nothing lost',
        kept && after.some((alert) => alert.subject === 'While it was dead'),
        `${after.length} alerts`,
      );
      const texts = theatre.toastsSince(mark).map((toast) => toast.title);
      keep('nothing repeated: one digest with the one new message', texts.join() === '1 message', texts.join(' / '));
      const live = theatre.cloud.graph.subscriptions(ada).length;
      keep('two live subscriptions, never more', live === 2, String(live));
    },
  },
];
