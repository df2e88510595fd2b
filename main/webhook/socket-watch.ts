/** Data sockets that may be closed on us without having carried a request, per `windowMs`. */
const mostIdleDeaths = 60;
const windowMs = 10_000;
/** A tunnel without any data socket for this long is dead. */
const socketlessMs = 3_000;

/** The part of the localtunnel client that knows its data sockets. */
export interface DataSockets {
  on(event: 'open', listener: (socket: { once(event: 'close', listener: () => void): unknown }) => void): unknown;
  on(event: 'request', listener: () => void): unknown;
}

/**
 * Tells what the client does not: that it has no data socket left (it never retries one that could not connect), and
 * that its sockets are closed on it as fast as it opens them.
 *
 * @param giveUp called once, with the reason in a few words.
 */
export function watchSockets(sockets: DataSockets, giveUp: (why: string) => void): void {
  let open = 0;
  let idleDeaths = 0;
  let windowEndsAt = performance.now() + windowMs;
  let socketless: NodeJS.Timeout | undefined;
  let isOver = false;

  function end(why: string): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(socketless);
    giveUp(why);
  }
  sockets.on('request', () => {
    idleDeaths -= 1;
  });
  sockets.on('open', (socket) => {
    clearTimeout(socketless);
    open += 1;
    socket.once('close', () => {
      open -= 1;
      const now = performance.now();
      if (now > windowEndsAt) {
        windowEndsAt = now + windowMs;
        idleDeaths = 0;
      }
      idleDeaths += 1;
      if (idleDeaths > mostIdleDeaths) end('the relay closes every connection');
      else if (open === 0 && !isOver) {
        socketless = setTimeout(() => end('no connection to the relay is left'), socketlessMs);
      }
    });
  });
}
