/** What can be typed about accounts: people, administrators and policies. */
import { defaultClientId } from '../entra/accounts.ts';
import { accountOf, type ConsoleCommand, countOf, deed, durationOf, oneOf, UsageError } from './command.ts';

const isOn = (word: string | undefined): boolean => oneOf(word, ['on', 'off'], 'on') === 'on';

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
  deed({
    name: 'revoke',
    does: 'the sessions are revoked; the password stays',
    act: (username, cloud) => cloud.entra.revokeSessions(username),
  }),
  deed({
    name: 'fresh',
    does: 'access tokens so far meet a claims challenge; refreshing still works',
    act: (username, cloud) => cloud.entra.demandFreshTokens(username),
  }),
  deed({
    name: 'mfa',
    takes: '[enrolled|notEnrolled|off]',
    does: 'a second factor is demanded (default enrolled)',
    act: (username, cloud, [word]) =>
      cloud.entra.demandSecondFactor(username, oneOf(word, ['enrolled', 'notEnrolled', 'off'], 'enrolled')),
  }),
  {
    name: 'code',
    takes: '[ACCOUNT]',
    does: "shows the code on the person's phone",
    run(words, cloud) {
      return cloud.entra.currentCode(accountOf(words, cloud).username);
    },
  },
  deed({
    name: 'block',
    takes: '[AADSTS|off]',
    does: 'conditional access keeps the account out (default 53003)',
    act: (username, cloud, [number = '53003']) =>
      cloud.entra.blockByPolicy(username, number === 'off' ? null : countOf(number, 'AADSTS')),
  }),
  deed({
    name: 'lock',
    takes: '[on|off]',
    does: 'the account is locked',
    act: (username, cloud, [word]) => cloud.entra.setLocked(username, isOn(word)),
  }),
  deed({
    name: 'disable',
    takes: '[on|off]',
    does: 'the account is disabled',
    act: (username, cloud, [word]) => cloud.entra.setDisabled(username, isOn(word)),
  }),
  deed({
    name: 'expire-password',
    does: 'the password has expired and must be changed at the next sign-in',
    act: (username, cloud) => cloud.entra.expirePassword(username),
  }),
  deed({
    name: 'expire-tokens',
    does: 'the refresh tokens count as unused for 90 days',
    act: (username, cloud) => cloud.entra.expireRefreshTokens(username),
  }),
  deed({
    name: 'frequency',
    takes: 'DURATION|off',
    does: 'a sign-in is good for so long only',
    act: (username, cloud, [word]) =>
      cloud.entra.setSignInFrequency(username, word === 'off' ? null : durationOf(word)),
  }),
  deed({
    name: 'refuse',
    takes: 'AADSTS [SUBERROR]',
    does: 'refreshing is refused with this number',
    act: (username, cloud, [number, suberror]) =>
      cloud.entra.refuseRefresh(username, { aadsts: countOf(number, 'AADSTS'), ...(suberror ? { suberror } : {}) }),
  }),
  deed({
    name: 'withdraw-consent',
    does: 'what the person allowed the apps is taken back',
    act: (username, cloud) => cloud.entra.withdrawConsent(username),
  }),
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
  deed({
    name: 'approve',
    takes: 'SCOPE …',
    does: "the account's administrator allows the desktop app these permissions for everybody",
    act(username, cloud, rest) {
      if (rest.length === 0) throw new UsageError('approve needs permissions, such as Mail.Read');
      cloud.entra.grantAdminConsent(username, defaultClientId, rest);
    },
  }),
];
