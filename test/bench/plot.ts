/** A small picture of how cost grows: points, a line, both axes named and numbered. Readable on light and dark pages. */
import type { Growth } from './bench.ts';
import { show } from './figures.ts';

const size = { width: 480, height: 260, left: 64, right: 20, top: 40, bottom: 52 } as const;

export function plot({ title, xTitle, yTitle, points }: Growth): string {
  const highX = Math.max(...points.map(({ x }) => x));
  const lowX = Math.min(...points.map(({ x }) => x));
  // Works that span more than two powers of ten would all lie at the left edge.
  const isLog = lowX > 0 && highX / lowX > 100;
  const highY = roundUp(Math.max(...points.map(({ y }) => y), Number.EPSILON));
  const place = (value: number): number => (isLog ? Math.log10(value) : value);
  const from = isLog ? place(lowX) : 0;
  const across = size.width - size.left - size.right;
  const down = size.height - size.top - size.bottom;
  const x = (value: number): number => size.left + ((place(value) - from) / (place(highX) - from || 1)) * across;
  const y = (value: number): number => size.top + (1 - value / highY) * down;
  const at = (value: number): string => value.toFixed(1);
  const base = size.top + down;
  const marksY = [0, 0.5, 1].map((share) => share * highY);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(
    `${title}: ${points.map((point) => `${show(point.x)} → ${show(point.y)}`).join(', ')}`,
  )}" font-family="sans-serif" font-size="12" fill="#6b7280">
<rect width="100%" height="100%" fill="#ffffff" rx="6"/>
<text x="${size.left}" y="22" font-size="14" fill="#111827">${escaped(title)}</text>
${marksY
  .map(
    (mark) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${at(y(mark))}" y2="${at(y(mark))}" stroke="#e5e7eb"/>` +
      `<text x="${size.left - 8}" y="${at(y(mark) + 4)}" text-anchor="end">${show(mark)}</text>`,
  )
  .join('\n')}
${points
  .map(
    (point) =>
      `<text x="${at(x(point.x))}" y="${base + 18}" text-anchor="middle">${point.x.toLocaleString('en-US')}</text>`,
  )
  .join('\n')}
<text x="${size.left + across / 2}" y="${size.height - 12}" text-anchor="middle">${escaped(xTitle)}${isLog ? ' (each step ten times the last)' : ''}</text>
<text transform="translate(16 ${size.top + down / 2}) rotate(-90)" text-anchor="middle">${escaped(yTitle)}</text>
<polyline fill="none" stroke="#2563eb" stroke-width="2" points="${points.map((point) => `${at(x(point.x))},${at(y(point.y))}`).join(' ')}"/>
${points.map((point) => `<circle cx="${at(x(point.x))}" cy="${at(y(point.y))}" r="3.5" fill="#2563eb"><title>${show(point.x)}: ${show(point.y)}</title></circle>`).join('\n')}
</svg>
`;
}

/** To 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
