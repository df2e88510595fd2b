/** What happens to accounts behind the app's back: what people, administrators and policies do in Entra. */
import type { CloudAccount, CloudClock, Report } from '../types.ts';
import { aadstsGroups } from './aadsts-table.ts';
import { type CloudApp, completeAccount, type NewAccount } from './accounts.ts';
import type { OwnedDirectory } from './directory.ts';
import type { Memory, Person } from './memory.ts';
import { readScopes } from './scopes.ts';
import type { SignInPolicy } from './sign-in.ts';
import type { RefreshRefusal } from './standing.ts';
import type { TokenLifetime } from './token.ts';

export interface Administration {
  /** Adds an account while the cloud runs; what is left out is made up. @throws Error when the name is taken. */
  addAccount(account: NewAccount): CloudAccount;
  /** Adds an app registration, or replaces the one with the same client id. */
  registerApp(app: CloudApp): void;
  /** Password reset: every grant ends. `suberror` is what refreshing then says beside AADSTS50173 (default: none). */
  resetPassword(username: string, options: { newPassword: string; suberror?: string | null }): void;
  /** An administrator revokes the sessions; the password stays. */
  revokeSessions(username: string, options?: { suberror?: string | null }): void;
  /** Access tokens so far meet a claims challenge (if cp1 was declared); refreshing still works. */
  demandFreshTokens(username: string): void;
  /** A disabled account: no sign-in, no refresh (AADSTS50057). */
  setDisabled(username: string, isDisabled: boolean): void;
  /** A locked account: no sign-in, no refresh (AADSTS50053), until it is unlocked. */
  setLocked(username: string, isLocked: boolean): void;
  /**
   * A second factor is demanded: grants without one are refused (AADSTS50076, or 50079 while none is set up), and the
   * sign-in asks for a code. `off` ends it.
   */
  demandSecondFactor(username: string, how?: 'enrolled' | 'notEnrolled' | 'off'): void;
  /** Conditional access keeps the account out, whatever it does: 53003 unless told otherwise. Null lets it in again. */
  blockByPolicy(username: string, aadsts?: number | null): void;
  /** Sign-ins older than this many cloud milliseconds are refused with AADSTS70043; null ends the policy. */
  setSignInFrequency(username: string, ms: number | null): void;
  /**
   * The password must be changed at the next sign-in. Mere expiry revokes nothing at the real service; where a policy
   * makes it, refreshing is refused as well (default here, AADSTS50055; 50144 for a directory of the company's own).
   */
  expirePassword(username: string, options?: { aadsts?: 50055 | 50144; refusesRefresh?: boolean }): void;
  /** The refresh tokens count as unused for 90 days (AADSTS700082). */
  expireRefreshTokens(username: string): void;
  /** Refreshing is refused with this number, for this account only. Returns a function that takes it back. */
  refuseRefresh(username: string, refusal: RefreshRefusal): () => void;
  /** Takes back what the person (and their administrator) allowed the apps: refreshing says consent_required. */
  withdrawConsent(username: string): void;
  /**
   * Permissions (short names) only an administrator can grant to work accounts; none by default. What was allowed before
   * stays. `canRequest`: people can send their administrator a request, and the error is 90095 in place of 90094.
   */
  setAdminOnlyScopes(scopes: readonly string[], options?: { canRequest?: boolean }): void;
  /** An administrator of the account's organisation allows an app these permissions for everybody. */
  grantAdminConsent(username: string, clientId: string, scopes: readonly string[]): void;
  /** Life of access tokens issued from now on; null: an hour, or 24 with cp1. */
  setTokenLifetime(seconds: number | null): void;
  currentPassword(username: string): string;
  /** The code on the person's phone. @throws Error when none was sent. */
  currentCode(username: string): string;
}

export function createAdministration(parts: {
  readonly clock: CloudClock;
  readonly report: Report;
  readonly memory: Memory;
  readonly directory: OwnedDirectory;
  readonly apps: CloudApp[];
  readonly policy: SignInPolicy;
  readonly lifetime: TokenLifetime;
}): Administration {
  const { report, memory, directory, apps, policy, lifetime } = parts;

  function tell(name: string, text: string, username: string): void {
    report({ site: 'entra', name, text, fields: { username } });
  }

  function revoke(username: string, suberror: string | null, name: string, text: string): void {
    const person = memory.person(username);
    const ended = memory.revokeGrants(person, 50173, suberror);
    report({ site: 'entra', name, text: `${text}; ${ended} sign-ins ended`, fields: { username, ended } });
    directory.tellRevoked(person.account);
  }

  /** Continuous access evaluation: Graph learns at once that the tokens so far are not to be trusted. */
  function distrust(person: Person): void {
    memory.demandFreshTokens(person);
    directory.tellRevoked(person.account);
  }

  return {
    addAccount(input) {
      const account = completeAccount(input, directory.accounts());
      memory.addPerson(account);
      tell('account.added', `${account.username} is a new ${account.kind} account`, account.username);
      return account;
    },
    registerApp(app) {
      if (app.redirectUris.some((uri) => URL.parse(uri) === null)) throw new Error('A redirect URI is a whole address');
      const index = apps.findIndex(({ clientId }) => clientId === app.clientId);
      if (index >= 0) apps.splice(index, 1);
      apps.push(app);
      report({ site: 'entra', name: 'app.registered', text: `The app ${app.name} is registered` });
    },
    resetPassword(username, { newPassword, suberror = null }) {
      const person = memory.person(username);
      person.password = newPassword;
      person.standing.expiredPassword = null;
      revoke(username, suberror, 'password.reset', `The password of ${username} was reset`);
    },
    revokeSessions(username, { suberror = null } = {}) {
      revoke(username, suberror, 'sessions.revoked', `The sessions of ${username} were revoked`);
    },
    demandFreshTokens(username) {
      memory.demandFreshTokens(memory.person(username));
      tell('tokens.demanded', `${username} needs fresh access tokens`, username);
    },
    setDisabled(username, isDisabled) {
      const person = memory.person(username);
      person.standing.isDisabled = isDisabled;
      if (isDisabled) distrust(person);
      const what = isDisabled ? 'disabled' : 'enabled';
      tell(`account.${what}`, `${username} was ${what}`, username);
    },
    setLocked(username, isLocked) {
      memory.person(username).standing.isLocked = isLocked;
      const what = isLocked ? 'locked' : 'unlocked';
      tell(`account.${what}`, `${username} was ${what}`, username);
    },
    demandSecondFactor(username, how = 'enrolled') {
      const person = memory.person(username);
      person.standing.mfa = how === 'off' ? null : { enrolled: how === 'enrolled' };
      if (how !== 'off') distrust(person);
      tell('policy.mfa', `A second factor is ${how === 'off' ? 'not ' : ''}demanded of ${username}`, username);
    },
    blockByPolicy(username, aadsts = 53003) {
      const person = memory.person(username);
      person.standing.blockedBy = aadsts;
      if (aadsts !== null) distrust(person);
      const text = aadsts === null ? 'is let in again' : `is kept out by policy (AADSTS${aadsts})`;
      tell('policy.block', `${username} ${text}`, username);
    },
    setSignInFrequency(username, ms) {
      if (ms !== null && !(ms > 0)) throw new RangeError('A sign-in frequency is longer than 0 ms');
      memory.person(username).standing.signInFrequencyMs = ms;
      const text = ms === null ? 'as long as they last' : `for ${Math.round(ms / 60_000)} minutes`;
      tell('policy.frequency', `Sign-ins of ${username} are good ${text}`, username);
    },
    expirePassword(username, { aadsts = 50055, refusesRefresh = true } = {}) {
      memory.person(username).standing.expiredPassword = { aadsts, refusesRefresh };
      tell('password.expired', `The password of ${username} has expired`, username);
    },
    expireRefreshTokens(username) {
      const ended = memory.expireRefreshTokens(memory.person(username));
      tell('tokens.expired', `${ended} refresh tokens of ${username} count as unused for 90 days`, username);
    },
    refuseRefresh(username, refusal) {
      const { standing } = memory.person(username);
      const heals: readonly number[] = aadstsGroups.signInAgain;
      const entry: RefreshRefusal = { until: heals.includes(refusal.aadsts) ? 'signIn' : 'takenBack', ...refusal };
      standing.refusals.push(entry);
      tell('policy.refusal', `Refreshing is refused to ${username} with AADSTS${refusal.aadsts}`, username);
      return () => {
        standing.refusals = standing.refusals.filter((one) => one !== entry);
      };
    },
    withdrawConsent(username) {
      memory.withdrawConsents(memory.person(username));
      tell('consent.withdrawn', `The permissions of ${username} were withdrawn`, username);
    },
    setAdminOnlyScopes(scopes, { canRequest = false } = {}) {
      policy.adminOnlyScopes = new Set(scopes);
      policy.adminOnlyError = canRequest ? 90095 : 90094;
    },
    grantAdminConsent(username, clientId, scopes) {
      const { graph, unknown } = readScopes(scopes.join(' '));
      if (unknown.length > 0) throw new Error(`No such permission: ${unknown.join(', ')}`);
      memory.allowForTenant(memory.person(username).account.tid, clientId, [...graph, 'offline_access']);
      tell('consent.admin', `An administrator allowed ${graph.join(', ')} for everybody`, username);
    },
    setTokenLifetime(seconds) {
      if (seconds !== null && !(seconds > 0)) throw new RangeError('A token lives for more than 0 seconds');
      lifetime.seconds = seconds;
    },
    currentPassword: (username) => memory.person(username).password,
    currentCode(username) {
      const { sentCode } = memory.person(username);
      if (sentCode === null) throw new Error(`No code was sent to ${username}`);
      return sentCode;
    },
  };
}
