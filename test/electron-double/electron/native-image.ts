/** `nativeImage`: holds PNG data as given, and looks into it only for its size. */
import { readFileSync } from 'node:fs';
import { complete } from './guard.ts';

export interface DoubleImage {
  isEmpty(): boolean;
  toDataURL(options?: { scaleFactor?: number }): string;
  getSize(): { width: number; height: number };
  getScaleFactors(): number[];
  setTemplateImage(option: boolean): void;
  addRepresentation(options: { scaleFactor?: number; buffer?: Buffer; dataURL?: string }): void;
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const isPng = (data: Buffer) => data.length > 24 && data.subarray(0, 8).equals(PNG_SIGNATURE);

function createImage(data: Buffer | null, scaleFactor = 1): DoubleImage {
  const byScale = new Map<number, Buffer>();
  const add = (buffer: Buffer, scale: number) => {
    // Electron makes an empty image of what it cannot read. It reads bitmaps too; nothing here hands over one.
    if (isPng(buffer)) byScale.set(scale, Buffer.from(buffer));
  };
  if (data !== null) add(data, scaleFactor);
  const at = (scale?: number) => {
    const scales = [...byScale.keys()].sort((a, b) => a - b);
    return byScale.get(scale ?? 1) ?? byScale.get(scales[0] ?? 1) ?? Buffer.alloc(0);
  };
  const image: DoubleImage = {
    isEmpty: () => byScale.size === 0,
    toDataURL: (options) => `data:image/png;base64,${at(options?.scaleFactor).toString('base64')}`,
    getSize: () => {
      const [scale, png] = [...byScale][0] ?? [1, null];
      if (png === null) return { width: 0, height: 0 };
      return { width: png.readUInt32BE(16) / scale, height: png.readUInt32BE(20) / scale };
    },
    getScaleFactors: () => [...byScale.keys()],
    // Drawn in the colours it has: the panel here has no way to recolour it.
    setTemplateImage: () => {},
    addRepresentation: ({ buffer, dataURL, scaleFactor: scale = 1 }) => {
      if (dataURL !== undefined) add(fromDataUrl(dataURL), scale);
      else if (buffer !== undefined) add(buffer, scale);
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
  return image;
}

export const nativeImage = complete('nativeImage', {
  createEmpty: () => createImage(null),
  createFromDataURL: (url: string) => createImage(fromDataUrl(url)),
  createFromPath,
});
