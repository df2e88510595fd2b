/** A person's Microsoft account as MSAL knows it. Data is keyed by `homeAccountId`, which never changes. */
export interface Account {
  readonly homeAccountId: string;
  readonly tenantId: string;
  /** Sign-in name, for display only: it can change. */
  readonly username: string;
  readonly name: string | null;
  readonly kind: 'work' | 'personal';
}

/** Why only the person can help. */
export type SignInReason =
  | 'password-changed'
  | 'password-expired'
  | 'session-expired'
  | 'session-revoked'
  /** A registration of the wrong kind: Microsoft ends each sign-in after a day. */
  | 'session-limited'
  | 'stronger-sign-in'
  | 'consent-needed'
  | 'keyring-emptied'
  | 'sign-in-refused';

/** Why signing in again will not help. */
export type BlockedReason =
  | 'admin-approval'
  | 'conditional-access'
  | 'device'
  | 'account-disabled'
  | 'account-locked'
  | 'wrong-organisation'
  | 'policy';

/** How we stand with the identity platform, for one account. Survives restarts. */
export type Session =
  | { readonly kind: 'signedIn' }
  /** Not one more token request with the dead grant until the person has signed in. */
  | {
      readonly kind: 'signInRequired';
      readonly reason: SignInReason;
      readonly claims: string | null;
      readonly since: Date;
    }
  | { readonly kind: 'blocked'; readonly reason: BlockedReason; readonly aadsts: number | null; readonly since: Date }
  | { readonly kind: 'configurationError'; readonly message: string; readonly since: Date };

const signInReasons: Readonly<Record<SignInReason, string>> = {
  'password-changed': 'your password changed',
  'password-expired': 'your password expired',
  'session-expired': 'your sign-in expired',
  'session-revoked': 'your sign-in was revoked',
  'session-limited': 'the app registration lets a sign-in last only a day',
  'stronger-sign-in': 'your organisation asks for another check',
  'consent-needed': 'a permission is missing',
  'keyring-emptied': 'your saved sign-in is gone from the keyring',
  'sign-in-refused': 'Microsoft refused your saved sign-in',
};

const blockedReasons: Readonly<Record<BlockedReason, string>> = {
  'admin-approval': 'an administrator must approve Tidings',
  'conditional-access': 'your organisation’s access rules refuse this sign-in',
  device: 'your organisation demands a managed device',
  'account-disabled': 'your account is disabled',
  'account-locked': 'your account is locked',
  'wrong-organisation': 'this account does not belong to the organisation',
  policy: 'your organisation does not allow it',
};

/** Whether it stopped at the permissions that were asked for: asking for others may well do. */
export const isAboutPermissions = (session: Session): boolean =>
  (session.kind === 'signInRequired' && session.reason === 'consent-needed' && session.claims === null) ||
  (session.kind === 'blocked' && session.reason === 'admin-approval');

/** The reason in words that follow a colon: "your password changed". */
export const signInReasonText = (reason: SignInReason): string => signInReasons[reason];
/** The reason in words that follow a colon: "an administrator must approve Tidings". */
export const blockedReasonText = (reason: BlockedReason): string => blockedReasons[reason];
