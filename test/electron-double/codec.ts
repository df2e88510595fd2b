/**
 * Values of Electron's IPC as text. Runs in three places (the app's process, and as source text in the page's isolated
 * world), so it is one self-contained function.
 */
export interface Codec {
  /** Throws what `structuredClone` throws for values that cannot be cloned. */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

export function createCodec(): Codec {
  type Tagged = readonly [tag: string, ...rest: unknown[]];
  const views = { Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array };
  const moreViews = { Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView };
  const allViews: Record<string, new (buffer: ArrayBuffer) => ArrayBufferView> = { ...views, ...moreViews };
  const text = (bytes: Uint8Array) => {
    let out = '';
    for (const byte of bytes) out += String.fromCharCode(byte);
    return btoa(out);
  };
  const bytes = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;

  /** Every object gets a number when first met, so that cycles and shared references come back as they were. */
  function pack(value: unknown, seen: Map<object, number>): unknown {
    if (value === undefined) return ['undefined'];
    if (typeof value === 'bigint') return ['bigint', String(value)];
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
      return ['number', Object.is(value, -0) ? '-0' : String(value)];
    }
    if (typeof value !== 'object' || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return ['again', known];
    seen.set(value, seen.size);
    if (Array.isArray(value)) return ['array', value.map((item) => pack(item, seen))];
    if (value instanceof Date) return ['date', Number.isNaN(value.getTime()) ? 'never' : value.getTime()];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (value instanceof Map) return ['map', [...value].map(([k, v]) => [pack(k, seen), pack(v, seen)])];
    if (value instanceof Set) return ['set', [...value].map((item) => pack(item, seen))];
    if (value instanceof Error) return ['error', value.name, value.message, value.stack ?? '', pack(value.cause, seen)];
    if (value instanceof ArrayBuffer) return ['buffer', text(new Uint8Array(value))];
    if (ArrayBuffer.isView(value)) {
      const name = value.constructor.name in allViews ? value.constructor.name : 'Uint8Array';
      return ['view', name, text(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
    }
    return ['object', Object.entries(value).map(([k, v]) => [k, pack(v, seen)])];
  }

  function unpack(packed: unknown, seen: unknown[]): unknown {
    if (!Array.isArray(packed)) return packed;
    const [tag, a, b, c, d] = packed as unknown as Tagged;
    const keep = <T>(value: T): T => {
      seen.push(value);
      return value;
    };
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(a as string);
      case 'number':
        return Number(a);
      case 'again':
        return seen[a as number];
      case 'array': {
        const array: unknown[] = keep([]);
        for (const item of a as unknown[]) array.push(unpack(item, seen));
        return array;
      }
      case 'date':
        return keep(new Date(a === 'never' ? Number.NaN : (a as number)));
      case 'regexp':
        return keep(new RegExp(a as string, b as string));
      case 'map': {
        const map = keep(new Map<unknown, unknown>());
        for (const [k, v] of a as [unknown, unknown][]) map.set(unpack(k, seen), unpack(v, seen));
        return map;
      }
      case 'set': {
        const set = keep(new Set<unknown>());
        for (const item of a as unknown[]) set.add(unpack(item, seen));
        return set;
      }
      case 'error': {
        const error = keep(new Error(b as string));
        Object.assign(error, { name: a, stack: c });
        const cause = unpack(d, seen);
        if (cause !== undefined) error.cause = cause;
        return error;
      }
      case 'buffer':
        return keep(bytes(a as string));
      case 'view': {
        const View = allViews[a as string] ?? Uint8Array;
        return keep(new View(bytes(b as string)));
      }
      default: {
        const object: Record<string, unknown> = keep({});
        for (const [k, v] of a as [string, unknown][]) {
          // Defined, not assigned: a key named __proto__ stays a key.
          Object.defineProperty(object, k, {
            value: unpack(v, seen),
            enumerable: true,
            writable: true,
            configurable: true,
          });
        }
        return object;
      }
    }
  }

  return {
    encode: (value) => JSON.stringify(pack(structuredClone(value), new Map())),
    decode: (encoded) => unpack(JSON.parse(encoded), []),
  };
}
