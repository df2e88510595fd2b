/** What the person reads when sign-in fails: one plain sentence each, with what to do. */
import type { BlockedReason, SignInReason } from '../domain/session.ts';

export const texts = {
  unreachable: 'Tidings cannot reach Microsoft’s sign-in; it keeps your sign-in and tries again by itself.',
  busy: 'Microsoft’s sign-in is busy; Tidings tries again by itself in a while.',
  cancelled: 'Sign-in was cancelled; start it again when you like.',
  timedOut: 'Sign-in took too long and was ended; start it again when you like.',
  /** Leaving the page and refusing a permission come with the same number. */
  declined: 'Tidings cannot go on without your permission; sign in again when you like.',
  browser: 'Tidings could not open your web browser; set a default browser and sign in again.',
  noPort: 'This computer gave Tidings no port for Microsoft’s answer; close other programs and sign in again.',
  keyringLocked: 'Your keyring is locked, so Tidings cannot read your saved sign-in; unlock it, or sign in again.',
  keyringEmptied: 'Your saved sign-in is gone from the keyring; sign in again.',
  noKeyring: 'Tidings has no keyring to keep your sign-in in; sign in again.',
  scopesMissing: 'Microsoft gave Tidings less access than it needs; sign in again and accept what it asks for.',
  unusableClaims: 'Microsoft asked for another check in a form Tidings does not understand; try again later.',
  unexpected: 'Something went wrong while signing in that Tidings did not expect; try again later.',
} as const;

const signIn: Readonly<Record<SignInReason, string>> = {
  'password-changed': 'Your password changed; sign in again to keep being told.',
  'password-expired': 'Your password has expired; sign in again to choose a new one.',
  'session-expired': 'Your sign-in has expired; sign in again to keep being told.',
  'session-revoked': 'Your sign-in was revoked; sign in again to keep being told.',
  'session-limited':
    'The app registration lets your sign-in last only a day; sign in again, and ask whoever set Tidings up to list it under mobile and desktop applications.',
  'stronger-sign-in': 'Your organisation asks for another check; sign in again to answer it.',
  'consent-needed': 'Tidings is missing a permission; sign in again and accept what it asks for.',
  'keyring-emptied': 'Your saved sign-in is gone from the keyring; sign in again.',
  'sign-in-refused': 'Microsoft refused your saved sign-in; sign in again.',
};

const blocked: Readonly<Record<BlockedReason, string>> = {
  'admin-approval': 'An administrator must approve Tidings before you can use it; send them the approval link.',
  'conditional-access': 'Your organisation’s access rules refuse this sign-in; ask your administrator.',
  device: 'Your organisation allows only devices it manages; use such a device or ask your administrator.',
  'account-disabled': 'Your account is disabled; ask your administrator to enable it.',
  'account-locked': 'Your account is locked; wait a while or ask your administrator to unlock it.',
  'wrong-organisation': 'This account does not belong to the organisation Tidings is set up for; use another account.',
  policy: 'Your organisation does not allow Tidings; ask your administrator.',
};

const registration = 'ask whoever set Tidings up to';
const configurationByNumber: Readonly<Record<number, string>> = {
  50011: `The app registration lacks the address http://localhost; ${registration} add it under mobile and desktop.`,
  7000218: `The app registration is of the wrong kind; ${registration} list it under mobile and desktop applications.`,
  700025: `The app registration is of the wrong kind; ${registration} list it under mobile and desktop applications.`,
  700016: `Microsoft does not know the client id in the settings; ${registration} check it.`,
  70001: `Microsoft does not know the client id in the settings; ${registration} check it.`,
  700011: `Microsoft does not know the client id in the settings; ${registration} check it.`,
  7000112: `The app registration is disabled; ${registration} enable it.`,
  50194: `The app registration and the sign-in address do not match; ${registration} check the account types.`,
  9002332: `The app registration and the sign-in address do not match; ${registration} check the account types.`,
  90124: `The app registration and the sign-in address do not match; ${registration} check the account types.`,
  90130: `The app registration and the sign-in address do not match; ${registration} check the account types.`,
  90002: `Microsoft does not know the organisation in the sign-in address; ${registration} check it.`,
  70011: `The app registration lacks a permission Tidings asks for; ${registration} add it.`,
  650057: `The app registration lacks a permission Tidings asks for; ${registration} add it.`,
};

/** Why a sign-in is needed, and what to do, in one sentence. */
export const signInText = (reason: SignInReason): string => signIn[reason];
/** Why the organisation keeps the person out, and who can help, in one sentence. */
export const blockedText = (reason: BlockedReason): string => blocked[reason];
const notOfferedText = 'Your organisation does not offer Tidings; ask your administrator to allow it.';
/** @param error the OAuth error; without a number that says more, an app that is not offered has words of its own. */
export const configurationText = (aadsts: number | null, error = ''): string =>
  (aadsts === null ? undefined : configurationByNumber[aadsts]) ??
  (error === 'unauthorized_client' ? notOfferedText : undefined) ??
  `Tidings or its app registration is set up wrongly; ${registration} check the client id and the sign-in address.`;
export const badClientIdText = `The client id in the settings is not one; ${registration} copy it from the app registration.`;
export const badAuthorityText = `The sign-in address in the settings is not one; ${registration} check it.`;
