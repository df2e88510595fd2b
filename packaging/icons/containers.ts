/** Icon files of Windows and macOS: nothing but several PNGs behind a table of contents. */

export interface Drawing {
  /** Pixels, the same in width and height. */
  readonly size: number;
  readonly png: Buffer;
}

/**
 * An `.ico` with PNG entries, as Windows reads them since Vista.
 *
 * @throws {RangeError} for a drawing over 256 pixels: the format has one byte for it.
 * @see https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)
 */
export function toIco(drawings: readonly Drawing[]): Buffer {
  const head = Buffer.alloc(6 + 16 * drawings.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(drawings.length, 4);
  let at = head.length;
  for (const [index, { size, png }] of drawings.entries()) {
    if (size > 256) throw new RangeError(`an .ico cannot hold ${size} pixels`);
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4); // planes
    head.writeUInt16LE(32, entry + 6); // bits per pixel
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...drawings.map(({ png }) => png)]);
}

/** Pixels by the format's type names; those for retina displays say the same with twice the pixels. */
const icnsTypes: Readonly<Record<number, readonly string[]>> = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
};
export const icnsSizes: readonly number[] = Object.keys(icnsTypes).map(Number);

/**
 * An `.icns` with PNG entries.
 *
 * @throws {RangeError} for a size the format has no PNG type for.
 * @see https://en.wikipedia.org/wiki/Apple_Icon_Image_format
 */
export function toIcns(drawings: readonly Drawing[]): Buffer {
  const entries = drawings.flatMap(({ size, png }) => {
    const types = icnsTypes[size];
    if (types === undefined) throw new RangeError(`an .icns has no entry of ${size} pixels`);
    return types.map((type) => entry(type, png));
  });
  return entry('icns', Buffer.concat(entries));
}

function entry(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}
