import { expect, test } from 'vitest';
import { longestAlertId, type MailChange } from '../../../main/domain/alert.ts';
import { judgeMail } from '../../../main/domain/mail-judgement.ts';
import type { KnownMessage } from '../../../main/domain/ports.ts';
import { ada, message } from './samples.ts';

const newSince = new Date('2026-11-21T08:00:00Z');
const listed = (id: string, changes: Parameters<typeof message>[1] = {}): MailChange => ({
  kind: 'message',
  message: message(id, changes),
});
const removed = (id: string): MailChange => ({ kind: 'removed', id });
const told = (id: string, isRead = false): KnownMessage => ({ id, isRead, alertId: `mail:${ada}:${id}` });
const old = (id: string, isRead = false): KnownMessage => ({ id, isRead, alertId: null });
const judge = (changes: readonly MailChange[], known: readonly KnownMessage[] = []) =>
  judgeMail(ada, changes, new Map(known.map((each) => [each.id, each])), newSince);
const nothing = { alerts: [], settle: [], messages: [] };

test('tells of a new unread message, with all that the list shows', () => {
  expect(judge([listed('m1', { preview: 'First words' })])).toEqual({
    alerts: [
      {
        announcement: 'waiting',
        alert: {
          id: `mail:${ada}:m1`,
          account: ada,
          kind: 'mail',
          itemId: 'm1',
          who: 'Grace Hopper',
          subject: 'Subject of m1',
          detail: 'First words',
          at: new Date('2026-11-21T08:59:00Z'),
          startsAt: null,
          webLink: 'https://outlook.office365.com/owa/?ItemID=1',
          joinUrl: null,
          settled: false,
          mail: { senderAddress: 'grace@contoso.example', conversationId: null, isImportant: false, isFocused: true },
        },
      },
    ],
    settle: [],
    messages: [told('m1')],
  });
});

test('names the address where a sender has no name', () => {
  const { alerts } = judge([listed('m1', { from: { name: '', address: 'grace@contoso.example' } })]);
  expect(alerts[0]?.alert.who).toBe('grace@contoso.example');
});

test('lists a new message that is read already, settled, and never announces it', () => {
  const { alerts, messages } = judge([listed('m1', { isRead: true })]);
  expect({ alert: alerts.map(({ alert, announcement }) => [alert.settled, announcement]), messages }).toEqual({
    alert: [[true, 'quiet']],
    messages: [told('m1', true)],
  });
});

test.each<readonly [string, MailChange[], KnownMessage[], ReturnType<typeof judge>]>([
  [
    'remembers a message from before, and says nothing of it',
    [listed('m1', { receivedAt: new Date(newSince.getTime() - 1) })],
    [],
    { ...nothing, messages: [old('m1')] },
  ],
  ['says nothing of a known message that comes again', [listed('m1')], [told('m1')], nothing],
  [
    'settles what was read elsewhere',
    [listed('m1', { isRead: true })],
    [told('m1')],
    { alerts: [], settle: [`mail:${ada}:m1`], messages: [told('m1', true)] },
  ],
  [
    'remembers that an old message was read, and settles nothing',
    [listed('m1', { isRead: true })],
    [old('m1')],
    { ...nothing, messages: [old('m1', true)] },
  ],
  [
    'says nothing of a message that is marked unread',
    [listed('m1')],
    [told('m1', true)],
    { ...nothing, messages: [told('m1')] },
  ],
  ['settles what has left the inbox', [removed('m1')], [told('m1')], { ...nothing, settle: [`mail:${ada}:m1`] }],
  ['says nothing when an unknown or old message leaves', [removed('m1'), removed('m2')], [old('m2')], nothing],
  ['says nothing when a message is moved back or restored', [listed('m1')], [told('m1')], nothing],
  [
    'goes by the last word where a page has a message several times',
    [listed('m1'), listed('m1', { isRead: true }), removed('m1')],
    [told('m1')],
    { ...nothing, settle: [`mail:${ada}:m1`] },
  ],
  ['says nothing of a message that came and went within a round', [listed('m1'), removed('m1')], [], nothing],
  ['does not settle what left and came back within a round', [removed('m1'), listed('m1')], [told('m1')], nothing],
])('%s', (_promise, changes, known, verdict) => {
  expect(judge(changes, known)).toEqual(verdict);
});

test('tells once of what a page lists twice', () => {
  const { alerts, messages } = judge([listed('m1', { subject: 'First' }), listed('m1', { subject: 'Last' })]);
  expect({ subjects: alerts.map(({ alert }) => alert.subject), messages }).toEqual({
    subjects: ['Last'],
    messages: [told('m1')],
  });
});

test('gives the same alert the same id when a round is played again', () => {
  const first = judge([listed('m1'), listed('m2')]);
  const again = judge([listed('m2'), listed('m1')]);
  expect(new Set(again.alerts.map(({ alert }) => alert.id))).toEqual(
    new Set(first.alerts.map(({ alert }) => alert.id)),
  );
});

test('tells nothing of a whole inbox from before, and all of what came since', () => {
  const before = Array.from({ length: 500 }, (_, n) =>
    listed(`old-${n}`, { receivedAt: new Date(newSince.getTime() - 1 - n * 60_000) }),
  );
  const { alerts, messages } = judge([...before, listed('m1', { receivedAt: newSince })]);
  expect({ alerts: alerts.map(({ alert }) => alert.itemId), remembered: messages.length }).toEqual({
    alerts: ['m1'],
    remembered: 501,
  });
});

test('keeps the id of an alert short, and distinct, however long Graph’s ids are', () => {
  const long = 'A'.repeat(2_000);
  const { alerts, messages } = judge([listed(`${long}1`), listed(`${long}2`)]);
  const ids = alerts.map(({ alert }) => alert.id);
  expect({
    distinct: new Set(ids).size,
    fits: ids.every((id) => id.length <= longestAlertId),
    remembered: messages.map(({ alertId }) => alertId),
    again: judge([listed(`${long}1`)]).alerts[0]?.alert.id,
  }).toEqual({ distinct: 2, fits: true, remembered: ids, again: ids[0] });
});
