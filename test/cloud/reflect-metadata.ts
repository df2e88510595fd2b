/**
 * The three functions of the metadata proposal that the certificate library's dependency container asks for.
 * Import this file before `@peculiar/x509`.
 */
const memory = new WeakMap<object, Map<unknown, unknown>>();

function own(key: unknown, target: object): unknown {
  return memory.get(target)?.get(key);
}

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
    if (memory.get(at)?.has(key)) return own(key, at);
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const entries = memory.get(target) ?? new Map<unknown, unknown>();
  entries.set(key, value);
  memory.set(target, entries);
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: inherited, getOwnMetadata: own, defineMetadata: define });
}
