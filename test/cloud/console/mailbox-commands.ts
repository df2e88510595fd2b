/** What can be typed about mail and calendar. */
import type { Cloud } from '../cloud.ts';
import { type ConsoleCommand, deed, UsageError } from './command.ts';

export const mailboxCommands: readonly ConsoleCommand[] = [
  deed({
    name: 'deliver',
    takes: '[SUBJECT]',
    does: 'a mail arrives',
    act: (username, cloud, rest) =>
      cloud.graph.mailbox(username).deliver({ subject: rest.join(' ') || 'Hello from the cloud' }),
  }),
  deed({
    name: 'read',
    does: 'the newest mail is read elsewhere',
    act(username, cloud) {
      const { mailbox, id } = newest(username, cloud);
      mailbox.markRead(id);
    },
  }),
  deed({
    name: 'move',
    takes: '[FOLDER]',
    does: 'the newest mail is moved (default archive)',
    act(username, cloud, rest) {
      const { mailbox, id } = newest(username, cloud);
      mailbox.move(id, rest.join(' ') || 'archive');
    },
  }),
  deed({
    name: 'remove',
    does: 'the newest mail is deleted',
    act(username, cloud) {
      const { mailbox, id } = newest(username, cloud);
      mailbox.remove(id);
    },
  }),
  deed({
    name: 'meet',
    takes: '[MINUTES] [SUBJECT]',
    does: 'a meeting is put into the calendar, MINUTES from now (default 30)',
    act: (username, cloud, rest) => cloud.graph.calendar(username).create(meeting(rest, cloud)),
  }),
  deed({
    name: 'series',
    takes: '[MINUTES] [SUBJECT]',
    does: 'a meeting for every day of the coming month, the first MINUTES from now',
    act: (username, cloud, rest) =>
      cloud.graph.calendar(username).create({ ...meeting(rest, cloud), series: { every: 'day', count: 30 } }),
  }),
  deed({
    name: 'cancel',
    does: 'the next meeting is cancelled',
    act(username, cloud) {
      const now = cloud.clock.now();
      const calendar = cloud.graph.calendar(username);
      const coming = calendar.between(now, new Date(now.getTime() + 30 * 86_400_000));
      const next = coming.find(({ start, isCancelled }) => start >= now && !isCancelled);
      if (!next) throw new UsageError(`${username} has no meeting in the next 30 days`);
      calendar.cancel(next.immutableId);
    },
  }),
];

function newest(username: string, cloud: Cloud) {
  const mailbox = cloud.graph.mailbox(username);
  const mail = mailbox.messages().toSorted((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())[0];
  if (!mail) throw new UsageError(`The inbox of ${username} is empty`);
  return { mailbox, id: mail.immutableId };
}

function meeting(words: readonly string[], cloud: Cloud) {
  const minutes = /^\d+$/.test(words[0] ?? '') ? Number(words[0]) : undefined;
  const subject = words.slice(minutes === undefined ? 0 : 1).join(' ') || 'Meeting';
  return { subject, start: new Date(cloud.clock.now().getTime() + (minutes ?? 30) * 60_000) };
}
