/** What the page lists while it is looked at: alerts, meetings, settings and folders, as main would tell them. */
import { defaultSettings } from '../../main/domain/settings.ts';
import type { AlertPage, AlertView, FolderView, MeetingView, SettingsView } from '../../preload/contract.ts';
import { alert as sampleAlert, meeting as sampleMeeting } from '../unit/renderer/samples.ts';
import { ago } from './look-states.ts';

const minutesFromNow = (minutes: number): string => ago(-minutes).toISOString();

const alert = (id: string, more: Partial<AlertView>): AlertView => {
  const isMail = (more.kind ?? 'mail') === 'mail';
  return sampleAlert(id, ago(4).toISOString(), {
    subject: 'Notes from this morning',
    canMarkRead: isMail && more.settled !== true,
    canMute: isMail,
    ...more,
  });
};

const alerts: readonly AlertView[] = [
  alert('r1', {
    kind: 'reminder',
    who: 'Tomas Weber',
    subject: 'Planning the move to the new office',
    detail: '15:25–16:00 · Room Birch',
    at: ago(1).toISOString(),
    startsAt: minutesFromNow(5),
    canJoin: true,
    canSnooze: true,
  }),
  alert('1', {
    who: 'Priya Natarajan',
    subject: 'Re: Offer for the lake house: we need your answer today',
    at: ago(4).toISOString(),
    isVip: true,
    isImportant: true,
  }),
  alert('2', {
    kind: 'meetingMoved',
    who: 'Tomas Weber',
    subject: 'Design review',
    detail: 'Moved from Mon 23 Nov, 10:00–11:00 to Tue 24 Nov, 14:00–15:00',
    at: ago(11).toISOString(),
    startsAt: '2026-11-24T13:00:00Z',
    canJoin: true,
  }),
  alert('3', {
    who: 'Contoso Travel',
    subject: 'Your boarding pass for flight CT 482 to Lisbon on Thursday, with everything you need to know about it',
    detail: 'Check-in closes 45 minutes before departure. Your seat is 14A by the window.',
    at: ago(42).toISOString(),
  }),
  alert('4', { who: 'دانا الهاشمي', subject: 'موعد الأسبوع القادم', at: ago(65).toISOString(), settled: true }),
  alert('m1', { who: 'Canteen', subject: 'Menu of the week', at: ago(80).toISOString(), isMuted: true }),
  alert('5', {
    kind: 'meetingNew',
    who: 'Mei Tanaka',
    subject: 'Budget 2027, first round',
    at: ago(93).toISOString(),
    startsAt: '2026-11-26T09:00:00Z',
    canJoin: true,
  }),
  alert('6', { who: 'Build server', subject: '', at: ago(180).toISOString(), settled: true }),
  alert('7', {
    kind: 'meetingCancelled',
    who: 'Tomas Weber',
    subject: 'Weekly stand-up',
    detail: 'Was Fri 27 Nov, 09:30–09:45',
    at: ago(1_260).toISOString(),
  }),
  alert('8', { who: 'Jonas Lind', subject: 'Notes from this morning', at: ago(1_400).toISOString(), settled: true }),
  alert('9', {
    kind: 'meetingChanged',
    who: 'Mei Tanaka',
    subject: 'Lunch with the new colleagues',
    detail: 'Location: Canteen → Restaurant Seeblick',
    at: ago(4_300).toISOString(),
    startsAt: '2026-11-20T12:00:00Z',
    settled: true,
  }),
];
export const page: AlertPage = { alerts, next: null };
export const none: AlertPage = { alerts: [], next: null };

/** The same with two accounts, each named. */
export const ofTwoAccounts: AlertPage = {
  alerts: alerts.map((each, at) => ({
    ...each,
    accountName: at % 3 === 1 ? 'ada@fabrikam.example' : 'ada.reyes@contoso.example',
  })),
  next: null,
};

const noSpaces = 'https://contoso.example/'.padEnd(180, 'a-very-long-address-without-any-space-');
/** What strangers write: without spaces, without end, from right to left, in pictures, and with all marks at once. */
const hard: readonly AlertView[] = [
  alert('h1', {
    who: 'x'.repeat(120),
    subject: noSpaces,
    detail: noSpaces,
    isVip: true,
    isImportant: true,
    isMuted: true,
  }),
  alert('h2', {
    who: '🎉🎉 Team 👩‍👩‍👧‍👦 Contoso 🎈',
    subject: `🚀🚀🚀 Launch 🇩🇪 day 👍🏽! ${'🔥'.repeat(80)}`,
    detail: '🌍 Ünïcödé',
  }),
  alert('h3', {
    who: 'יעל כהן (Fabrikam)',
    subject: 'Re: הצעה לבית באגם, עד 15:00! – please answer (3 הודעות)',
    detail: 'שלום Ada, הנה ההצעה. Call +49 30 1234567 עד מחר.',
    isImportant: true,
  }),
  alert('h4', {
    kind: 'meetingMoved',
    who: 'دانا الهاشمي',
    subject: 'اجتماع الميزانية 2027 (Budget)',
    detail: 'Moved from Wed 23 Sept, 10:00–11:00 to today, 15:30–16:30',
    startsAt: minutesFromNow(10),
    canJoin: true,
  }),
  alert('h5', {
    kind: 'reminder',
    who: 'Tomas Weber',
    subject: `${noSpaces} and then some words`,
    detail:
      '15:25–16:00 · Conference room Birch on the fourth floor, behind the kitchen, ask at the reception for the key',
    startsAt: minutesFromNow(5),
    canJoin: true,
    canSnooze: true,
  }),
  alert('h6', {
    who: 'Zalgo Z̷͇̈a̶̝̓l̸̰̽g̵̣̈́o̶͍͂',
    subject: '漢字かな交じり文、とても長い件名のメールです。'.repeat(4),
    settled: true,
  }),
  alert('h7', { who: '', subject: '', detail: '' }),
];
export const hardPage: AlertPage = { alerts: hard, next: null };
export const ofTenAccounts: AlertPage = {
  alerts: [...alerts, ...hard].map((each, at) => ({
    ...each,
    accountName:
      at === 4
        ? 'a-shared-mailbox-with-a-name-that-somebody-thought-long-about@subsidiary.of.contoso.example'
        : `mailbox-${at + 1}@${at % 3 === 2 ? 'fabrikam' : 'contoso'}.example`,
  })),
  next: null,
};

/** As many as somebody has after a year. */
export function manyAlerts(count: number): readonly AlertView[] {
  return Array.from({ length: count }, (_, at) =>
    alert(`many-${at}`, {
      who: `Sender ${at % 97}`,
      subject: `Subject number ${at}${at % 5 === 0 ? ', with rather more words than would ever fit into one line of it' : ''}`,
      detail: at % 3 === 0 ? 'The first words of the message.' : '',
      at: ago(5 + at * 7).toISOString(),
      settled: at % 4 === 0,
    }),
  );
}

const meeting = (id: string, from: string, to: string, more: Partial<MeetingView>): MeetingView =>
  sampleMeeting(id, from, to, { subject: 'Weekly stand-up', organizer: 'Tomas Weber', ...more });
export const meetings: readonly MeetingView[] = [
  meeting('d1', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', {
    subject: 'Mei is in Lisbon',
    organizer: 'Mei Tanaka',
    isAllDay: true,
    showAs: 'free',
  }),
  meeting('a', minutesFromNow(-20), minutesFromNow(10), {
    subject: 'Budget 2027, first round',
    organizer: 'Mei Tanaka',
    location: 'Room Oak',
    canJoin: true,
  }),
  meeting('b', minutesFromNow(5), minutesFromNow(40), {
    subject: 'Planning the move to the new office',
    location: 'Room Birch',
    canJoin: true,
  }),
  meeting('c', minutesFromNow(70), minutesFromNow(100), {
    subject: 'One to one',
    organizer: 'Priya Natarajan',
    showAs: 'tentative',
    canJoin: true,
    remindsAt: minutesFromNow(55),
  }),
  meeting('e', minutesFromNow(130), minutesFromNow(160), { subject: 'Retrospective', isCancelled: true }),
  meeting('f', minutesFromNow(190), minutesFromNow(250), {
    subject: 'Dinner with the people from Fabrikam, at the place by the lake where we have been last summer',
    organizer: 'Jonas Lind',
    location: 'Restaurant Seeblick, Seestrasse 12',
    showAs: 'oof',
    isDeclined: true,
  }),
  meeting('g', '2026-11-22T08:00:00Z', '2026-11-22T09:00:00Z', {
    subject: 'Design review',
    canJoin: true,
    remindsAt: '2026-11-22T07:45:00Z',
  }),
];

/** Long, from right to left, over midnight, over days, at the same time, without any length. */
export const hardMeetings: readonly MeetingView[] = [
  meeting('ha', '2026-11-18T00:00:00Z', '2026-11-28T00:00:00Z', { subject: 'Ferien 🏖️', isAllDay: true, showAs: 'oof' }),
  meeting('hb', minutesFromNow(-300), minutesFromNow(2_000), { subject: 'Migration of everything', showAs: 'busy' }),
  meeting('hc', minutesFromNow(-10), minutesFromNow(20), { subject: noSpaces, location: noSpaces, canJoin: true }),
  meeting('hd', minutesFromNow(-10), minutesFromNow(20), { subject: 'اجتماع الميزانية', organizer: 'دانا الهاشمي' }),
  meeting('he', minutesFromNow(0), minutesFromNow(30), { subject: '', organizer: '', isCancelled: true }),
  meeting('hf', minutesFromNow(400), minutesFromNow(620), {
    subject: 'Over midnight',
    accountName: 'ada.reyes@contoso.example',
    canJoin: true,
    remindsAt: minutesFromNow(385),
  }),
];

export const settings: SettingsView = {
  values: {
    ...defaultSettings,
    clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
    mail: {
      announce: 'focused',
      vips: ['priya.natarajan@contoso.example', '@fabrikam.example'],
      folders: [{ account: 'ada', id: 'f2', name: 'Invoices' }],
    },
    quietHours: { ...defaultSettings.quietHours, enabled: true },
  },
  managed: [],
  loginItem: { state: 'on', note: '' },
  proxy: 'Through the proxy of your system.',
  settingsFile: 'settings.json in the folder Tidings',
};
export const managedSettings: SettingsView = {
  ...settings,
  values: {
    ...settings.values,
    tunnel: { kind: 'fixedAddress', url: 'https://tidings.contoso.example', port: 8443, expectHost: true },
  },
  managed: ['clientId', 'authority', 'cloud', 'tunnel'],
  loginItem: {
    state: 'requiresApproval',
    note: 'Your system asks you to allow this in its own settings, under the programs that start at login.',
  },
};

export const folders: readonly FolderView[] = [
  { id: 'f1', name: 'Archive', depth: 0 },
  { id: 'f2', name: 'Invoices', depth: 0 },
  { id: 'f3', name: '2026', depth: 1 },
  { id: 'f4', name: 'Reiseabrechnungen und alles, was damit zu tun hat', depth: 2 },
  { id: 'f5', name: 'Newsletters', depth: 0 },
];
