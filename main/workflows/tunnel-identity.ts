import type { ListenerSecrets, Log, Random, Records } from '../domain/ports.ts';

/** Name and secrets belong together: they live as long as the host name stays ours. */
export interface TunnelIdentity {
  readonly name: string;
  /** Null before a relay has given one. */
  readonly host: string | null;
  readonly secrets: ListenerSecrets;
}

/** Who we are at the relay, also over restarts. */
export interface OwnTunnel {
  now(): TunnelIdentity;
  /** The name is lost, or another one is as good: other secrets come with another name. */
  takeAnother(): void;
  /** The relay gave this host. Its word counts, not ours. */
  movedTo(host: string): void;
}

const recordName = 'tunnel';

/**
 * What an earlier run remembered, or a new one.
 *
 * @throws {Failure} `storage` if the disk refuses; so do both changes, and nothing has changed then.
 */
export function createOwnTunnel(world: { records: Records; random: Random; log: Log }): OwnTunnel {
  const { records, random, log } = world;
  let own = remembered() ?? remember(anew());

  function remembered(): TunnelIdentity | null {
    const json = records.value(recordName);
    if (json === null) return null;
    const found = identityOf(json);
    if (found === null) log.warn('tunnel.identity-unreadable');
    return found;
  }
  function remember(next: TunnelIdentity): TunnelIdentity {
    records.setValue(recordName, JSON.stringify(next));
    return next;
  }
  function anew(): TunnelIdentity {
    return { name: newName(), host: null, secrets: newSecrets() };
  }
  function newName(): string {
    // At least 128 bits; relays take lower-case letters and digits only.
    return `t${random
      .secret(48)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 40)}`;
  }
  function newSecrets(): ListenerSecrets {
    return {
      notificationPath: random.secret(32),
      lifecyclePath: random.secret(32),
      probePath: random.secret(32),
      probeKey: random.secret(32),
    };
  }

  return {
    now: () => own,
    takeAnother() {
      own = remember(anew());
    },
    movedTo(host) {
      if (own.host === host) return;
      const [name = own.name] = host.split('.');
      // Secrets that an older host's operator has seen are not used at a new one.
      own = remember({ name, host, secrets: own.host === null ? own.secrets : newSecrets() });
    },
  };
}

/** Null for what cannot be an identity. */
function identityOf(json: string): TunnelIdentity | null {
  try {
    const { name, host, secrets } = JSON.parse(json) as TunnelIdentity;
    const all = [secrets.notificationPath, secrets.lifecyclePath, secrets.probePath, secrets.probeKey];
    const sound = typeof name === 'string' && (host === null || typeof host === 'string');
    return sound && all.every((secret) => typeof secret === 'string') ? { name, host, secrets } : null;
  } catch {
    return null;
  }
}
