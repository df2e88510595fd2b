/** What every object of the double has in common: it says clearly what it lacks, and cannot be subclassed. */
import { EventEmitter } from 'node:events';

const HERE = 'test/electron-double/electron';
/** Looked up by Node, promises and inspectors on any object: answering "absent" is right. */
const PROBED = new Set(['then', 'toJSON', 'nodeType', 'asymmetricMatch', 'inspect', 'constructor', 'domain']);

/** Reading a member that the double does not have throws, naming it, instead of answering `undefined`. */
export function complete<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      if (key in target || typeof key === 'symbol') return Reflect.get(target, key, receiver);
      if (PROBED.has(key) || key.startsWith('_')) return undefined;
      throw new Error(`The Electron double has no ${name}.${key}: add it under ${HERE} if Electron 45 has it`);
    },
  });
}

/** An emitter that refuses listeners for events it does not know. */
export function emitterOf(name: string, events: readonly string[]): EventEmitter {
  const known = new Set<string>([...events, 'newListener', 'removeListener']);
  const emitter = new EventEmitter();
  emitter.on('newListener', (event: string) => {
    if (!known.has(event)) {
      throw new Error(
        `The Electron double's ${name} has no event '${event}': add it under ${HERE} if Electron 45 has it`,
      );
    }
  });
  return emitter;
}

/** A constructor as Electron's are: `new` makes the object, extending it is an error. */
export function electronClass<A extends unknown[], T extends object, S extends object>(
  name: string,
  make: (...args: A) => T,
  statics: S,
): { new (...args: A): T } & S {
  const shell = Object.assign(function electronDouble() {}, statics);
  const double: unknown = new Proxy(shell, {
    construct(target, args, newTarget) {
      if (newTarget !== double) throw new Error(`Electron's ${name} cannot be extended`);
      const made = make(...(args as A));
      instances.set(made, target);
      return made;
    },
    apply() {
      throw new TypeError(`Class constructor ${name} cannot be invoked without 'new'`);
    },
    get(target, key, receiver) {
      if (key === Symbol.hasInstance) return (value: object) => instances.get(value) === target;
      if (key in target || typeof key === 'symbol' || PROBED.has(key)) return Reflect.get(target, key, receiver);
      throw new Error(`The Electron double has no ${name}.${key}: add it under ${HERE} if Electron 45 has it`);
    },
  });
  return double as { new (...args: A): T } & S;
}
const instances = new WeakMap<object, object>();

/** An event object that a listener may call `preventDefault` on. */
export interface PreventableEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}
export function preventable<T extends object>(fields: T): T & PreventableEvent {
  const event = Object.assign(fields, {
    defaultPrevented: false,
    preventDefault: () => {
      event.defaultPrevented = true;
    },
  });
  return event;
}
