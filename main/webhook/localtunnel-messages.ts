/** What the tunnel's thread is told at its start. */
export interface TunnelOrder {
  /** Where the relay takes data sockets. */
  readonly dataHost: string;
  readonly dataPort: number;
  /** How many of them. */
  readonly sockets: number;
  /** Our listener's. */
  readonly port: number;
}

/** What the tunnel's thread says. `failed` before `open`, `closed` after it; at most one of each. */
export type TunnelNews = { readonly kind: 'open' } | { readonly kind: 'failed' | 'closed'; readonly why: string };
