/** The part of localtunnel 2.0.2 that we use; it ships no types. */
declare module 'localtunnel' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  interface Options {
    readonly host: string;
    readonly subdomain: string;
    readonly port: number;
  }
  interface Client extends EventEmitter {
    readonly clientId: string;
    readonly url: string;
    /** Exists once the relay has answered. Emits `open` with each data socket that is through, `request` per request. */
    readonly tunnelCluster: EventEmitter<{ open: [Socket]; dead: []; request: [unknown] }>;
    close(): void;
  }
  export default function localtunnel(options: Options, opened: (error: Error | undefined) => void): Client;
}
