/** The part of localtunnel 2.0.2 that we use; it ships no types. */
declare module 'localtunnel/lib/TunnelCluster.js' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  interface Options {
    /** Name or address. */
    readonly remote_host: string;
    readonly remote_port: number;
    readonly local_port: number;
  }
  interface Events {
    /** A data socket is through to the relay. */
    readonly open: [Socket];
    /** One that was through has ended. One that never got through ends without a word. */
    readonly dead: [];
    readonly request: [unknown];
    /** A data socket was refused. */
    readonly error: [Error];
  }
  /** The relay's data sockets, each joined to a connection of its own to our listener. */
  export default class TunnelCluster extends EventEmitter<Events> {
    constructor(options: Options);
    /** Opens one more. */
    open(): void;
  }
}
