/** The wire between the desktop (parent process) and the app's process: calls in both directions over Node's IPC. */

/** An interface of plain functions as the other side sees it: every call answers later, or rejects. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

export interface Port {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

type Message =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly name: string; readonly message: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Answers calls with `mine` and returns the other side. Calls arrive in the order they were made. When the other
 * process is gone, calls that wait and all later ones reject with "… is gone".
 */
export function createLink<Theirs extends object>(port: Port, mine: object, theirName: string): Remote<Theirs> {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let closed = false;
  const gone = () => new Error(`${theirName} is gone`);

  port.onMessage((raw) => {
    const message = raw as Message;
    if (message.kind === 'call') void answer(message.id, message.name, message.args);
    else {
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.kind === 'answer') call?.resolve(message.value);
      else call?.reject(Object.assign(new Error(message.message), { name: message.name }));
    }
  });
  port.onClose(() => {
    closed = true;
    for (const call of waiting.values()) call.reject(gone());
    waiting.clear();
  });

  async function answer(id: number, name: string, args: readonly unknown[]): Promise<void> {
    try {
      const run = (mine as Record<string, (...args: readonly unknown[]) => unknown>)[name];
      if (run === undefined) throw new Error(`no such call: ${name}`);
      const value = await run(...args);
      if (!closed) port.send({ kind: 'answer', id, value } satisfies Message);
    } catch (error) {
      const { name: errorName, message } = error instanceof Error ? error : new Error(String(error));
      if (!closed) port.send({ kind: 'refusal', id, name: errorName, message } satisfies Message);
    }
  }

  function call(name: string, args: readonly unknown[]): Promise<unknown> {
    if (closed) return Promise.reject(gone());
    const id = nextId++;
    const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    port.send({ kind: 'call', id, name, args } satisfies Message);
    return answered;
  }

  return new Proxy({} as Remote<Theirs>, {
    // Not thenable, so that a link can be returned from an async function.
    get: (_, name) => (name === 'then' ? undefined : (...args: readonly unknown[]) => call(String(name), args)),
  });
}
