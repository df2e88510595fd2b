/** No secret in any log: looked for after each fault, in what the app has written meanwhile. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stage } from '../stage/stage.ts';
import { readPlayedKeyring } from '../tools/played-keyring.ts';

const total = { homes: 0, bytes: 0 };
/** What has been looked through so far. */
export const scanned = (): Readonly<typeof total> => total;

/** Tokens whatever their owner, also those that the keyring has long replaced. */
const tokens = /eyJ[\w-]{16,}\.[\w-]{8,}|Bearer [\w.-]{16,}|[?&](?:code|validationToken|client_info)=[\w.%-]{8,}/;

/** @throws naming the kind of secret that stands in a log, never the secret itself. */
export function scanLogs(home: Stage, username: string): void {
  const logs = join(home.app.folder, 'app', 'logs');
  if (!existsSync(logs)) return;
  const lines = readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), 'utf8'))
    .join('\n');
  total.homes += 1;
  total.bytes += lines.length;
  const secrets: (readonly [string, string])[] = home.cloud.graph
    .subscriptionSecrets(username)
    .flatMap(({ clientState, notificationUrl, lifecycleNotificationUrl }) => [
      ['a clientState', clientState] as const,
      ['a path of the listener', new URL(notificationUrl).pathname.slice(1)] as const,
      ['a path of the listener', URL.parse(lifecycleNotificationUrl)?.pathname.slice(1) ?? ''] as const,
    ]);
  const keyring = readPlayedKeyring(join(home.app.folder, 'keyring.json'));
  for (const text of Object.values(keyring.secrets)) {
    // Pieces in which nothing else is: MSAL's keys beside them name hosts and identifiers.
    for (const [, secret = ''] of text.matchAll(/\\?"secret\\?":\s*\\?"([^"\\]{24,})/g))
      secrets.push(['a token', secret]);
  }
  const found = secrets.filter(([, secret]) => secret.length >= 16 && lines.includes(secret)).map(([kind]) => kind);
  if (tokens.test(lines)) found.push('something like a token');
  if (found.length > 0) throw new Error(`in the log: ${[...new Set(found)].join(', ')}`);
}
