/** What can be typed about accounts: people, administrators and policies. */
import { defaultClientId } from '../entra/accounts.ts';
import { accountOf, type ConsoleCommand, countOf, durationOf, oneOf, UsageError } from './command.ts';

export const accountCommands: readonly ConsoleCommand[] = [
  {
    name: 'accounts',
    takes: '',
    does: 'lists the accounts and their passwords',
    run: (_, { entra }) =>
      entra.directory
        .accounts()
        .map(
          ({ username, name, kind }) => `${username}  (${name}, ${kind})  password: ${entra.currentPassword(username)}`,
        )
        .join('\n'),
  },
  {
    name: 'add-account',
    takes: 'ADDRESS [work|personal] [PASSWORD]',
    does: 'one more account',
    run([username, kind, ...password], { entra }) {
      if (!username?.includes('@')) throw new UsageError('add-account needs an address');
      const added = entra.addAccount({
        username,
        kind: oneOf(kind, ['work', 'personal'], 'work'),
        ...(password.length > 0 ? { password: password.join(' ') } : {}),
      });
      return `The password of ${added.username} is: ${added.password}`;
    },
  },
  {
    name: 'register-app',
    takes: 'CLIENT-ID REDIRECT-URI [SECRET]',
    does: 'one more app registration; with a secret it is a confidential web app',
    run([clientId, redirectUri, secret], { entra }) {
      if (!clientId || !redirectUri) throw new UsageError('register-app needs a client id and a redirect URI');
      const name = `App ${clientId.slice(0, 8)}`;
      entra.registerApp({ clientId, name, redirectUris: [redirectUri], ...(secret ? { secret } : {}) });
      return undefined;
    },
  },
  {
    name: 'reset',
    takes: '[ACCOUNT] [PASSWORD]',
    does: 'the password is reset: every sign-in ends (also: reset-password)',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const newPassword = rest.join(' ') || `new password ${Math.floor(Math.random() * 9000) + 1000}`;
      cloud.entra.resetPassword(username, { newPassword });
      return `The new password of ${username} is: ${newPassword}`;
    },
  },
  {
    name: 'revoke',
    takes: '[ACCOUNT]',
    does: 'the sessions are revoked; the password stays',
    run(words, cloud) {
      cloud.entra.revokeSessions(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'fresh',
    takes: '[ACCOUNT]',
    does: 'access tokens so far meet a claims challenge; refreshing still works',
    run(words, cloud) {
      cloud.entra.demandFreshTokens(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'mfa',
    takes: '[ACCOUNT] [enrolled|notEnrolled|off]',
    does: 'a second factor is demanded (default enrolled)',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.entra.demandSecondFactor(username, oneOf(rest[0], ['enrolled', 'notEnrolled', 'off'], 'enrolled'));
      return undefined;
    },
  },
  {
    name: 'code',
    takes: '[ACCOUNT]',
    does: "shows the code on the person's phone",
    run(words, cloud) {
      return cloud.entra.currentCode(accountOf(words, cloud).username);
    },
  },
  {
    name: 'block',
    takes: '[ACCOUNT] [AADSTS|off]',
    does: 'conditional access keeps the account out (default 53003)',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.entra.blockByPolicy(username, rest[0] === 'off' ? null : rest[0] ? countOf(rest[0], 'AADSTS') : 53003);
      return undefined;
    },
  },
  {
    name: 'lock',
    takes: '[ACCOUNT] [on|off]',
    does: 'the account is locked',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.entra.setLocked(username, oneOf(rest[0], ['on', 'off'], 'on') === 'on');
      return undefined;
    },
  },
  {
    name: 'disable',
    takes: '[ACCOUNT] [on|off]',
    does: 'the account is disabled',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.entra.setDisabled(username, oneOf(rest[0], ['on', 'off'], 'on') === 'on');
      return undefined;
    },
  },
  {
    name: 'expire-password',
    takes: '[ACCOUNT]',
    does: 'the password has expired and must be changed at the next sign-in',
    run(words, cloud) {
      cloud.entra.expirePassword(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'expire-tokens',
    takes: '[ACCOUNT]',
    does: 'the refresh tokens count as unused for 90 days',
    run(words, cloud) {
      cloud.entra.expireRefreshTokens(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'frequency',
    takes: '[ACCOUNT] DURATION|off',
    does: 'a sign-in is good for so long only',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      cloud.entra.setSignInFrequency(username, rest[0] === 'off' ? null : durationOf(rest[0]));
      return undefined;
    },
  },
  {
    name: 'refuse',
    takes: '[ACCOUNT] AADSTS [SUBERROR]',
    does: 'refreshing is refused with this number',
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      const [number, suberror] = rest;
      cloud.entra.refuseRefresh(username, { aadsts: countOf(number, 'AADSTS'), ...(suberror ? { suberror } : {}) });
      return undefined;
    },
  },
  {
    name: 'withdraw-consent',
    takes: '[ACCOUNT]',
    does: 'what the person allowed the apps is taken back',
    run(words, cloud) {
      cloud.entra.withdrawConsent(accountOf(words, cloud).username);
      return undefined;
    },
  },
  {
    name: 'admin-only',
    takes: '[SCOPE …]',
    does: 'only an administrator can allow these permissions (none: everybody can allow everything)',
    run(scopes, { entra }) {
      entra.setAdminOnlyScopes(scopes);
      return scopes.length === 0
        ? 'Everybody can allow everything'
        : `Only an administrator can allow ${scopes.join(', ')}`;
    },
  },
  {
    name: 'approve',
    takes: '[ACCOUNT] SCOPE …',
    does: "the account's administrator allows the desktop app these permissions for everybody",
    run(words, cloud) {
      const { username, rest } = accountOf(words, cloud);
      if (rest.length === 0) throw new UsageError('approve needs permissions, such as Mail.Read');
      cloud.entra.grantAdminConsent(username, defaultClientId, rest);
      return undefined;
    },
  },
];
