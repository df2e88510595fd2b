/** A day with quiet hours in it, and mail for it. */
import type { MailFacts } from '../../../main/domain/alert.ts';
import { defaultSettings, type QuietHours, type Settings, weekdays } from '../../../main/domain/settings.ts';
import { createTelling } from './telling.ts';

// The clock stands at 10:00 on Saturday, 21 November.
process.env.TZ = 'Europe/Berlin';

export const minute = 60_000;
export const hour = 60 * minute;
export const vip: { mail: MailFacts } = {
  mail: { senderAddress: 'boss@contoso.example', conversationId: null, isImportant: false, isFocused: false },
};
export const inConversation = (conversationId: string): { mail: MailFacts } => ({
  mail: { senderAddress: 'grace@contoso.example', conversationId, isImportant: false, isFocused: true },
});
/** Quiet from 11:00 to 13:00. */
export const quietHours: QuietHours = {
  ...defaultSettings.quietHours,
  enabled: true,
  spans: [{ days: [...weekdays], from: '11:00', to: '13:00' }],
};
export const withQuietHours: Settings = {
  ...defaultSettings,
  mail: { ...defaultSettings.mail, vips: ['boss@contoso.example'] },
  quietHours,
};
/** In the middle of quiet hours, at 12:00. */
export async function atNoon(settings: Settings = withQuietHours) {
  const rig = createTelling(settings);
  rig.start();
  await rig.pass(2 * hour);
  return rig;
}
