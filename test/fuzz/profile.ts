/** What the app keeps on disk, read from outside while it runs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ListenerSecrets } from '../../main/domain/ports.ts';
import { createCipher, isCipherKey } from '../../main/store/cipher.ts';
import { readPlayedKeyring } from '../tools/played-keyring.ts';

export interface Profile {
  /** How many posts were ever put into the queue. */
  posts(): number;
  alertCount(): number;
  /** As only the key in the keyring opens them. */
  listenerSecrets(): ListenerSecrets;
  log(): string;
}

/** @param keyring the file of the played keyring. */
export function readProfile(folder: string, keyring: string): Profile {
  const query = (sql: string): Record<string, unknown> => {
    const database = new DatabaseSync(join(folder, 'history.db'), { readOnly: true });
    try {
      return (database.prepare(sql).get() ?? {}) as Record<string, unknown>;
    } finally {
      database.close();
    }
  };
  return {
    posts: () => Number(query(`SELECT seq FROM sqlite_sequence WHERE name = 'queue'`).seq ?? 0),
    alertCount: () => Number(query('SELECT count(*) AS alerts FROM alerts').alerts),
    listenerSecrets() {
      const key = Object.values(readPlayedKeyring(keyring).secrets).find(isCipherKey) ?? '';
      const { sealed } = query(`SELECT sealed FROM named_values WHERE name = 'tunnel'`);
      const json = createCipher(key).open(sealed as Uint8Array, 'named_values\ntunnel') ?? 'null';
      return (JSON.parse(JSON.parse(json) as string) as { readonly secrets: ListenerSecrets }).secrets;
    },
    log() {
      const logs = join(folder, 'logs');
      if (!existsSync(logs)) return '';
      return readdirSync(logs)
        .map((name) => readFileSync(join(logs, name), 'utf8'))
        .join('');
    },
  };
}
