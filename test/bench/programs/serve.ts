/** The child's end: answers what the bench asks, and never outlives it. */
import { createLink } from '../../electron-double/link.ts';

export function serve(calls: object): void {
  createLink(
    {
      send: (message) => {
        if (process.connected) process.send?.(message);
      },
      onMessage: (listener) => void process.on('message', listener),
      onClose: (listener) => void process.on('disconnect', listener),
    },
    calls,
    'the bench',
  );
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}
