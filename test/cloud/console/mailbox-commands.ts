/** What can be typed about mail and calendar. */
import type { Cloud } from '../cloud.ts';
import { accountOf, type ConsoleCommand, UsageError } from './command.ts';

export const mailboxCommands: readonly ConsoleCommand[] = [
  {
    name: 'deliver',
    takes: '[ACCOUNT] [SUBJECT]',
    does: 'a mail arrives',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.graph.mailbox(username).deliver({ subject: rest.join(' ') || 'Hello from the cloud' });
      return undefined;
    },
  },
  {
    name: 'read',
    takes: '[ACCOUNT]',
    does: 'the newest mail is read elsewhere',
    run(words, cloud) {
      const { mailbox, id } = newest(words, cloud);
      mailbox.markRead(id);
      return undefined;
    },
  },
  {
    name: 'move',
    takes: '[ACCOUNT] [FOLDER]',
    does: 'the newest mail is moved (default archive)',
    run(words, cloud) {
      const { mailbox, id, rest } = newest(words, cloud);
      mailbox.move(id, rest.join(' ') || 'archive');
      return undefined;
    },
  },
  {
    name: 'remove',
    takes: '[ACCOUNT]',
    does: 'the newest mail is deleted',
    run(words, cloud) {
      const { mailbox, id } = newest(words, cloud);
      mailbox.remove(id);
      return undefined;
    },
  },
  {
    name: 'meet',
    takes: '[ACCOUNT] [MINUTES] [SUBJECT]',
    does: 'a meeting is put into the calendar, MINUTES from now (default 30)',
    run(words, cloud) {
      const { username, start, subject } = meeting(words, cloud);
      cloud.graph.calendar(username).create({ subject, start });
      return undefined;
    },
  },
  {
    name: 'series',
    takes: '[ACCOUNT] [MINUTES] [SUBJECT]',
    does: 'a meeting for every day of the coming month, the first MINUTES from now',
    run(words, cloud) {
      const { username, start, subject } = meeting(words, cloud);
      cloud.graph.calendar(username).create({ subject, start, series: { every: 'day', count: 30 } });
      return undefined;
    },
  },
  {
    name: 'cancel',
    takes: '[ACCOUNT]',
    does: 'the next meeting is cancelled',
    run(words, cloud) {
      const { username } = accountOf(words, cloud);
      const now = cloud.clock.now();
      const calendar = cloud.graph.calendar(username);
      const coming = calendar.between(now, new Date(now.getTime() + 30 * 86_400_000));
      const next = coming.find(({ start, isCancelled }) => start >= now && !isCancelled);
      if (!next) throw new UsageError(`${username} has no meeting in the next 30 days`);
      calendar.cancel(next.immutableId);
      return undefined;
    },
  },
];

function newest(words: readonly string[], cloud: Cloud) {
  const { username, rest } = accountOf(words, cloud);
  const mailbox = cloud.graph.mailbox(username);
  const mail = mailbox.messages().toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())[0];
  if (!mail) throw new UsageError(`The inbox of ${username} is empty`);
  return { mailbox, id: mail.immutableId, rest };
}

function meeting(words: readonly string[], cloud: Cloud) {
  const { username, rest } = accountOf(words, cloud);
  const minutes = /^\d+$/.test(rest[0] ?? '') ? Number(rest[0]) : undefined;
  const subject = rest.slice(minutes === undefined ? 0 : 1).join(' ') || 'Meeting';
  return { username, subject, start: new Date(cloud.clock.now().getTime() + (minutes ?? 30) * 60_000) };
}
