/** Numbers as the table shows them: every figure is the median of several runs, beside a reference of the same run. */

export interface Series {
  readonly what: string;
  /** One figure for each run, in the unit of the row. */
  readonly runs: readonly number[];
}
export type Unit = 'ms' | 's' | 'MB' | 'requests' | 'KB' | '%' | 'per minute' | 'MB/day';

/** The value that `share` (0 to 1) of the values do not exceed: nearest rank. @throws {RangeError} for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new RangeError('there is nothing to take a quantile of');
  return value;
}

/** The mean of the two in the middle where their number is even. @throws {RangeError} for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('there is nothing to take a median of');
  return (lower + upper) / 2;
}

/** Run by run, so that a machine that slows down in the middle slows both sides: the median of the runs' ratios. */
export function ratio(figure: readonly number[], reference: readonly number[]): number {
  if (figure.length !== reference.length) throw new RangeError('figure and reference come in pairs');
  return median(figure.map((value, run) => value / (reference[run] ?? Number.NaN)));
}

/** `0.61 ms`, `1,204 requests`: three digits that count, no more. */
export function show(value: number, unit?: Unit | ''): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return unit === undefined || unit === '' ? text : unit === '%' ? `${text} %` : `${text} ${unit}`;
}

/** `0.61 ms (0.55–0.70, 5 runs)`. */
export function showRuns(runs: readonly number[], unit: Unit): string {
  const middle = show(median(runs), unit);
  if (runs.length === 1) return middle;
  return `${middle} (${show(Math.min(...runs))}–${show(Math.max(...runs))}, ${runs.length} runs)`;
}

/** The slope of the straight line nearest to the points (least squares), in y for each x. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const over = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0);
  const under = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (under === 0) throw new RangeError('a slope needs two different places');
  return over / under;
}
