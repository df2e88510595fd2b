/**
 * What the numbered refusals of the identity platform mean for us. Microsoft asks apps to go by `error` first, so the
 * numbers only refine a verdict; a number that is missing here changes nothing.
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
import type { BlockedReason, SignInReason } from '../domain/session.ts';

export type AadstsMeaning =
  | { readonly group: 'signIn'; readonly reason: SignInReason }
  | { readonly group: 'organisation'; readonly reason: BlockedReason }
  | { readonly group: 'configuration' }
  | { readonly group: 'transient' }
  /** The platform found us asking in a loop: stay away for an hour. */
  | { readonly group: 'loop' };

const signIn: Readonly<Record<SignInReason, readonly number[]>> = {
  'password-changed': [50173, 50132, 50133],
  'password-expired': [50055, 50144],
  'session-expired': [70008, 700082, 70043, 50058, 50085, 50089],
  'session-revoked': [],
  'session-limited': [700081, 700084],
  'stronger-sign-in': [
    50072, 50074, 50076, 50078, 50079, 50158, 50097, 50129, 50187, 50125, 50135, 51006, 53004, 700020,
  ],
  'consent-needed': [65001, 65004],
  'keyring-emptied': [],
  'sign-in-refused': [70000, 50056, 50197, 54005, 16000, 16001],
};

const organisation: Readonly<Record<BlockedReason, readonly number[]>> = {
  'admin-approval': [90094, 90095, 50105],
  'conditional-access': [53002, 53003, 53010, 53011, 530032, 530034, 530035, 50131],
  device: [53000, 53001, 530003, 50005, 50155],
  'account-disabled': [50057],
  'account-locked': [50053],
  'wrong-organisation': [50020, 50034, 50014, 51004, 90072, 500208],
  policy: [500021, 500022, 500212, 500213, 650052, 65005],
};

const configuration: readonly number[] = [
  50011, 7000218, 700025, 700016, 70001, 7000112, 700011, 50194, 9002332, 90124, 90130, 50147, 501481, 501491, 70011,
  28002, 28003, 700022, 700023, 70003, 70005, 70007, 500011, 50001, 650056, 650057, 901002, 90002, 900144, 9002313,
  90023,
];

const transient: readonly number[] = [
  50033, 50087, 50088, 50166, 70012, 80002, 80005, 90006, 90012, 90024, 90033, 90055, 90090, 90091,
];

const meanings = new Map<number, AadstsMeaning>([[50196, { group: 'loop' }]]);
for (const [reason, numbers] of Object.entries(signIn) as [SignInReason, readonly number[]][]) {
  for (const number of numbers) meanings.set(number, { group: 'signIn', reason });
}
for (const [reason, numbers] of Object.entries(organisation) as [BlockedReason, readonly number[]][]) {
  for (const number of numbers) meanings.set(number, { group: 'organisation', reason });
}
for (const number of configuration) meanings.set(number, { group: 'configuration' });
for (const number of transient) meanings.set(number, { group: 'transient' });

/** Undefined for a number we know nothing about. */
export const aadstsMeaning = (number: number): AadstsMeaning | undefined => meanings.get(number);
