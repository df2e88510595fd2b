/** What the tunnel's thread is told at its start. */
export interface TunnelOrder {
  /** The relay's API, for example `https://localtunnel.me`, no trailing slash. */
  readonly host: string;
  readonly name: string;
  /** Our listener's. */
  readonly port: number;
}

/** What the tunnel's thread says. `failed` before `open`, `closed` after it; at most one of each. */
export type TunnelNews =
  | { readonly kind: 'open'; readonly publicUrl: string }
  | { readonly kind: 'otherName' }
  | { readonly kind: 'failed' | 'closed'; readonly why: string };
