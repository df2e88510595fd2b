/** `ipcMain`, with Electron's own error texts. */
import type { Codec } from '../codec.ts';
import { createCodec } from '../codec.ts';
import type { RendererCall } from '../wire.ts';
import { complete, emitterOf } from './guard.ts';

type Handler = (event: object, ...args: unknown[]) => unknown;
export const codec: Codec = createCodec();
const handlers = new Map<string, Handler>();

const emitter = emitterOf('ipcMain', []);
emitter.removeAllListeners('newListener'); // every channel name is an event here
export const ipcMain = complete(
  'ipcMain',
  Object.assign(emitter, {
    handle: (channel: string, handler: Handler) => {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      if (typeof handler !== 'function')
        throw new TypeError(`Expected handler to be a function, got ${typeof handler}`);
      handlers.set(channel, handler);
    },
    removeHandler: (channel: string) => void handlers.delete(channel),
  }),
);

/** Runs the handler; the answer is encoded, or the promise rejects with the text the renderer sees in Electron. */
export async function answerRenderer(event: object, call: RendererCall): Promise<string> {
  const args = codec.decode(call.args) as unknown[];
  if (call.kind === 'send') {
    emitter.emit(call.channel, event, ...args);
    return '';
  }
  try {
    const handler = handlers.get(call.channel);
    if (handler === undefined) throw new Error(`No handler registered for '${call.channel}'`);
    return encode(await handler(event, ...args));
  } catch (error) {
    throw new Error(`Error invoking remote method '${call.channel}': ${String(error)}`);
  }
}

function encode(value: unknown): string {
  try {
    return codec.encode(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
}
