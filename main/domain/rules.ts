import type { Alert } from './alert.ts';
import type { Quiet } from './app-state.ts';
import type { CalendarRules, MailRules, Settings } from './settings.ts';

/**
 * What becomes of an alert: told now; held, which ends in one digest when the quiet ends; or in the list only, for good.
 */
export type Fate = 'tell' | 'hold' | 'listOnly';

/**
 * How the person wants to be told of an alert, at this moment.
 *
 * A muted conversation stays muted, whoever writes. VIPs are told whatever mail is told of otherwise, and they and
 * reminders may break through quiet hours, as the person chose. A pause holds everything, reminders too: it is short,
 * asked for by a click, and meant for moments in which nothing must pop up. A reminder of a meeting that has ended
 * meanwhile is not told any more.
 *
 * @param now.quiet null when toasts are not held back.
 */
export function fateOf(
  alert: Alert,
  settings: Pick<Settings, 'mail' | 'calendar' | 'quietHours'>,
  now: { readonly at: Date; readonly quiet: Quiet | null; readonly isMuted: boolean },
): Fate {
  const isVip = isFromVip(alert, settings.mail);
  if (!isWanted(alert, settings, { ...now, isVip })) return 'listOnly';
  if (now.quiet === null) return 'tell';
  if (now.quiet.why === 'paused') return 'hold';
  const { vipsBreakThrough, remindersBreakThrough } = settings.quietHours;
  const breaksThrough = (isVip && vipsBreakThrough) || (alert.kind === 'reminder' && remindersBreakThrough);
  return breaksThrough ? 'tell' : 'hold';
}

function isWanted(
  alert: Alert,
  { mail, calendar }: Pick<Settings, 'mail' | 'calendar'>,
  now: { readonly at: Date; readonly isMuted: boolean; readonly isVip: boolean },
): boolean {
  switch (alert.kind) {
    case 'mail':
      return !now.isMuted && isWantedMail(alert, mail, now.isVip);
    case 'reminder':
      return alert.endsAt === undefined || now.at < alert.endsAt;
    default:
      return isWantedNews(alert, calendar);
  }
}

/** Mail of which we do not know what a rule asks for is told: too much is better than silence. */
function isWantedMail({ mail: facts }: Alert, rules: MailRules, isVip: boolean): boolean {
  if (rules.announce === 'none') return false;
  if (facts === undefined || isVip) return true;
  switch (rules.announce) {
    case 'all':
      return true;
    case 'focused':
      return facts.isFocused;
    case 'important':
      return facts.isImportant;
    case 'vips':
      return false;
  }
}

function isWantedNews({ kind, event }: Alert, rules: CalendarRules): boolean {
  if (!rules.announce || (kind === 'meetingCancelled' && !rules.cancelled)) return false;
  if (event === undefined) return true;
  const { isDeclined, isFree, isAllDay } = event;
  return (rules.declined || !isDeclined) && (rules.free || !isFree) && (rules.allDay || !isAllDay);
}

/** Whether a VIP sent this mail or called this meeting. A domain means just that one, not those below it. */
export function isFromVip({ mail, event }: Alert, { vips }: Pick<MailRules, 'vips'>): boolean {
  const address = mail?.senderAddress ?? event?.organizerAddress ?? '';
  const at = address.lastIndexOf('@');
  return at > 0 && (vips.includes(address) || vips.includes(address.slice(at)));
}
