/** The few things of the D-Bus library that are used here, with types and promises. */
import { createRequire } from 'node:module';

/** Of a method call, as a handler gets it after the arguments. */
export interface CallMessage {
  readonly sender: string;
}
export interface BusInterface {
  readonly name: string;
  /** Signatures of arguments and result. */
  readonly methods?: Readonly<Record<string, readonly [string, string]>>;
  readonly signals?: Readonly<Record<string, readonly string[]>>;
  readonly properties?: Readonly<Record<string, string>>;
}
interface Native {
  readonly name?: string;
  readonly connection: {
    end(): void;
    on(event: string, listener: (error: Error) => void): void;
    once(event: string, listener: (error: Error) => void): void;
  };
  readonly signals: { on(key: string, listener: (body: readonly unknown[]) => void): void };
  mangle(path: string, iface: string, member: string): string;
  invoke(
    message: object,
    callback: (error: { name: string; message: string } | null, ...values: unknown[]) => void,
  ): void;
  addMatch(rule: string, callback: (error: unknown) => void): void;
  requestName(name: string, flags: number, callback: (error: unknown, code: number) => void): void;
  releaseName(name: string, callback: (error: unknown) => void): void;
  exportInterface(object: object, path: string, iface: object): void;
  sendSignal(path: string, iface: string, name: string, signature: string, args: readonly unknown[]): void;
}
const { createClient } = createRequire(import.meta.url)('@homebridge/dbus-native') as {
  createClient(options: { busAddress: string }): Native;
};

export interface Bus {
  /** `:1.7`, as the bus knows this connection. */
  name(): string;
  /** Rejects with an error whose `name` is D-Bus's own. */
  call(message: {
    readonly destination: string;
    readonly path: string;
    readonly interface: string;
    readonly member: string;
    readonly signature?: string;
    readonly body?: readonly unknown[];
  }): Promise<readonly unknown[]>;
  /** @param from a service's name, or null for whoever sends it. */
  onSignal(
    where: { readonly path: string; readonly interface: string; readonly member: string },
    listener: (body: readonly unknown[]) => void,
  ): Promise<void>;
  /** Rejects when somebody else has it. */
  own(name: string): Promise<void>;
  release(name: string): Promise<void>;
  /** Methods and properties are those of `object`. */
  export(path: string, description: BusInterface, object: object): void;
  signal(path: string, iface: string, member: string, signature: string, ...args: readonly unknown[]): void;
  /** Its names and services are gone from the bus at once. */
  close(): void;
}

/** @param address `DBUS_SESSION_BUS_ADDRESS`. */
export async function connectBus(address: string): Promise<Bus> {
  const native = createClient({ busAddress: address });
  await new Promise<void>((resolve, reject) => {
    native.connection.once('connect', () => resolve());
    native.connection.once('error', reject);
  });
  native.connection.on('error', () => {}); // a bus that was stopped; calls fail by themselves
  const bus: Bus = {
    name: () => native.name ?? '',
    call: (message) =>
      new Promise((resolve, reject) =>
        native.invoke({ ...message, body: message.body ?? [] }, (error, ...values) => {
          if (error) reject(Object.assign(new Error(`${error.name}: ${error.message}`), { name: error.name }));
          else resolve(values);
        }),
      ),
    onSignal: (where, listener) =>
      new Promise((resolve, reject) => {
        const { path, interface: iface, member } = where;
        native.signals.on(native.mangle(path, iface, member), (body) => listener(body ?? []));
        native.addMatch(`type='signal',path='${path}',interface='${iface}',member='${member}'`, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    own: (name) =>
      new Promise((resolve, reject) => {
        const doNotQueue = 4;
        const primaryOwner = 1;
        native.requestName(name, doNotQueue, (error, code) => {
          if (!error && code === primaryOwner) resolve();
          else reject(new Error(`${name} could not be had (${error ? String(error) : code})`));
        });
      }),
    release: (name) =>
      new Promise((resolve, reject) => native.releaseName(name, (error) => (error ? reject(error) : resolve()))),
    export: (path, description, object) =>
      native.exportInterface(object, path, { methods: {}, signals: {}, properties: {}, ...description }),
    signal: (path, iface, member, signature, ...args) => native.sendSignal(path, iface, member, signature, args),
    close: () => native.connection.end(),
  };
  // The bus admits nobody before it has given a name: the first answer comes after that.
  await bus.call({
    destination: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'GetId',
  });
  return bus;
}

/** What the library makes of `a{sv}` and variants, as plain values. */
export function plain(value: unknown): unknown {
  if (isVariant(value)) return plain(value[1][0]);
  return Array.isArray(value) ? value.map(plain) : value;
}
export function dictionary(value: unknown): Readonly<Record<string, unknown>> {
  const entries = Array.isArray(value) ? (value as readonly (readonly [string, unknown])[]) : [];
  return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
/** A variant comes as its parsed signature beside a list with the one value. */
function isVariant(value: unknown): value is readonly [unknown, readonly [unknown]] {
  if (!Array.isArray(value) || value.length !== 2 || !Array.isArray(value[0]) || !Array.isArray(value[1])) return false;
  const [signature] = value[0] as readonly unknown[];
  return typeof signature === 'object' && signature !== null && 'type' in signature && 'child' in signature;
}
