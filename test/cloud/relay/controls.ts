/** What a relay can be asked and told: the faults are the ones seen of the public service. */
import type { CloudClock, Report, Site } from '../types.ts';

export interface RelayOptions {
  readonly clock: CloudClock;
  readonly report: Report;
  /** How long a name stays its owner's after the last data socket went, cloud milliseconds. The operator's code: 60 s. */
  readonly holdMs?: number;
  /** How long a public request waits for a free data socket, real milliseconds. The operator's code: 10 s. */
  readonly socketWaitMs?: number;
}

/**
 * How the API answers: properly; 403; 503; never; 200 with a web page; by closing the connection; with an address that
 * is not https; by promising a hundred thousand sockets, or a single one; by naming a data host that no packet reaches.
 */
export type ApiMode =
  | 'ok'
  | 'refuse'
  | 'unavailable'
  | 'hang'
  | 'garbage'
  | 'reset'
  | 'insecureAddress'
  | 'endlessSockets'
  | 'oneSocket'
  | 'deadDataHost';

export interface RelayRequest {
  readonly at: Date;
  readonly part: 'api' | 'public';
  /** The tunnel's name; empty for API requests that name none. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** 0: the sender went away without an answer. */
  readonly status: number;
}

export interface Relay {
  readonly sites: readonly Site[];
  /** Every answered request, oldest first. */
  readonly requests: readonly RelayRequest[];
  /** Requests that have no answer yet, those held on purpose among them. */
  inFlight(): number;
  /** Requests held on purpose: the API hangs, the relay is frozen, the desktop is gone. They do not disturb quiet. */
  held(): number;
  /** Names held now, and how many data sockets each has. */
  names(): readonly {
    readonly name: string;
    readonly connected: number;
    readonly accepted: number;
    readonly port: number;
  }[];
  /** Resolves when a name has data sockets; rejects after `limitMs` real milliseconds. */
  connected(name?: string, limitMs?: number): Promise<string>;

  setHoldMs(ms: number): void;
  setApi(mode: ApiMode): void;
  /** Where the data ports of names given out from now on are; the API says so. */
  setDataHost(host: '127.0.0.1' | '::1'): void;
  /** Everybody is given another name than asked for. */
  giveOtherName(on: boolean): void;
  /** Power cut at the relay: data sockets destroyed, ports refused, API 503, public side 503. Names stay held. */
  cut(): void;
  /** Ends `cut`, `freeze` and every other fault except a taken name. */
  restore(): Promise<void>;
  /** The relay's process starts anew: everything is forgotten, and it works. */
  restart(): void;
  /** Nothing answers and nothing closes. */
  freeze(): void;
  thaw(): void;
  /** The desktop lost its network: what is sent to it hangs, as it does over a connection that nobody has ended yet. */
  setDesktopOffline(offline: boolean): void;
  /** A stranger's requests take every data socket of the names held now. */
  keepBusy(on: boolean): void;
  /** All data sockets are reset; the ports go on listening. */
  dropSockets(): void;
  /** Data ports refuse while the API works. */
  setDataRefused(refused: boolean): Promise<void>;
  /** A stranger owns the name from now on and answers everything with a page. */
  takeName(name: string): void;
  releaseName(name: string): void;
  /** A stranger's data socket takes what is POSTed and answers 202; other requests (our probe) still reach us. */
  swallow(on: boolean): void;
  swallowed(): number;
  /** Data sockets are accepted and closed at once. */
  acceptAndClose(on: boolean): void;
  stop(): void;
}
