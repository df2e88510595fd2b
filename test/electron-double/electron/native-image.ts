/** `nativeImage`: holds PNG data as given, and looks into it only for its size. */
import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { complete } from './guard.ts';

export interface DoubleImage {
  isEmpty(): boolean;
  toPNG(options?: { scaleFactor?: number }): Buffer;
  toDataURL(options?: { scaleFactor?: number }): string;
  getSize(): { width: number; height: number };
  getScaleFactors(): number[];
  getAspectRatio(): number;
  setTemplateImage(option: boolean): void;
  isTemplateImage(): boolean;
  isMacTemplateImage: boolean;
  addRepresentation(options: {
    scaleFactor?: number;
    buffer?: Buffer;
    dataURL?: string;
    width?: number;
    height?: number;
  }): void;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const isPng = (data: Buffer) => data.length > 24 && data.subarray(0, 8).equals(PNG_SIGNATURE);

function createImage(data: Buffer | null, scaleFactor = 1): DoubleImage {
  const byScale = new Map<number, Buffer>();
  let isTemplate = false;
  const add = (buffer: Buffer, scale: number) => {
    // Electron makes an empty image of what it cannot read.
    if (isPng(buffer)) byScale.set(scale, Buffer.from(buffer));
  };
  if (data !== null) add(data, scaleFactor);
  const at = (scale?: number) => {
    const scales = [...byScale.keys()].sort((a, b) => a - b);
    return byScale.get(scale ?? 1) ?? byScale.get(scales[0] ?? 1) ?? Buffer.alloc(0);
  };
  const image: DoubleImage = {
    isEmpty: () => byScale.size === 0,
    toPNG: (options) => Buffer.from(at(options?.scaleFactor)),
    toDataURL: (options) => `data:image/png;base64,${at(options?.scaleFactor).toString('base64')}`,
    getSize: () => {
      const [scale, png] = [...byScale][0] ?? [1, null];
      if (png === null) return { width: 0, height: 0 };
      return { width: png.readUInt32BE(16) / scale, height: png.readUInt32BE(20) / scale };
    },
    getScaleFactors: () => [...byScale.keys()],
    getAspectRatio: () => {
      const { width, height } = image.getSize();
      return height === 0 ? 1 : width / height;
    },
    setTemplateImage: (option) => {
      isTemplate = option;
    },
    isTemplateImage: () => isTemplate,
    get isMacTemplateImage() {
      return isTemplate;
    },
    set isMacTemplateImage(option: boolean) {
      isTemplate = option;
    },
    addRepresentation: ({ buffer, dataURL, scaleFactor: scale = 1, width, height }) => {
      if (dataURL !== undefined) add(fromDataUrl(dataURL), scale);
      else if (buffer !== undefined) add(isPng(buffer) ? buffer : bitmapToPng(buffer, width ?? 0, height ?? 0), scale);
    },
  };
  return complete('NativeImage', image);
}

/** The sharpest drawing of an image, for the desktop's panel; empty for an empty image. */
export function sharpestDataUrl(image: DoubleImage): string {
  if (image.isEmpty()) return '';
  return image.toDataURL({ scaleFactor: Math.max(...image.getScaleFactors()) });
}

/** An image from what Electron accepts wherever an icon is asked for. */
export function toImage(icon: DoubleImage | string): DoubleImage {
  return typeof icon === 'string' ? createFromPath(icon) : icon;
}

function fromDataUrl(url: string): Buffer {
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

function createFromPath(path: string): DoubleImage {
  const read = (file: string) => {
    try {
      return readFileSync(file);
    } catch {
      return null;
    }
  };
  const image = createImage(read(path));
  const twice = read(path.replace(/(\.[^.]+)$/, '@2x$1'));
  if (twice !== null) image.addRepresentation({ scaleFactor: 2, buffer: twice });
  if (/Template(@2x)?\.[^.]+$/.test(path)) image.setTemplateImage(true);
  return image;
}

/** Electron's bitmaps are BGRA with premultiplied alpha; PNG wants RGBA, not premultiplied. */
function bitmapToPng(bgra: Buffer, width: number, height: number): Buffer {
  if (width < 1 || height < 1 || bgra.length !== width * height * 4) return Buffer.alloc(0);
  const rows = Buffer.alloc(height * (width * 4 + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 4;
      const to = y * (width * 4 + 1) + 1 + x * 4;
      const alpha = bgra.readUInt8(from + 3);
      const plain = (channel: number) =>
        alpha === 0 ? 0 : Math.min(255, Math.round((bgra.readUInt8(from + channel) * 255) / alpha));
      rows.set([plain(2), plain(1), plain(0), alpha], to);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8); // eight bits, RGBA
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE((crc ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, check]);
}

export const nativeImage = complete('nativeImage', {
  createEmpty: () => createImage(null),
  createFromBuffer: (buffer: Buffer, options: { width?: number; height?: number; scaleFactor?: number } = {}) =>
    createImage(
      isPng(buffer) ? buffer : bitmapToPng(buffer, options.width ?? 0, options.height ?? 0),
      options.scaleFactor,
    ),
  createFromBitmap: (buffer: Buffer, options: { width: number; height: number; scaleFactor?: number }) =>
    createImage(bitmapToPng(buffer, options.width, options.height), options.scaleFactor),
  createFromDataURL: (url: string) => createImage(fromDataUrl(url)),
  createFromPath,
});
