/** The value below which `share` (0 to 1) of all lie; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/**
 * How probable it is that as many differences as these lie on one side by chance alone (sign test, two-sided, by the
 * normal approximation). Ties say nothing and are left out.
 */
export function signTest(differences: readonly number[]): number {
  const above = differences.filter((each) => each > 0).length;
  const below = differences.filter((each) => each < 0).length;
  const count = above + below;
  if (count === 0) return 1;
  const z = Math.max(0, Math.abs(above - below) - 1) / Math.sqrt(count);
  return 2 * (1 - normal(z));
}

/** Share of a normal distribution below `z`, for `z` from 0 (Abramowitz and Stegun 26.2.17). */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const terms = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const tail = terms.reduceRight((sum, term) => (sum + term) * t, 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
