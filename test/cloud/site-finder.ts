/** Which site answers for a host name. */
import type { Site } from './types.ts';

/** Exact names first, then `*.` names by their longest suffix. Names are compared without regard to case. */
export function siteFinder(sites: readonly Site[]): (host: string) => Site | undefined {
  const exact = new Map<string, Site>();
  const suffixes: { readonly suffix: string; readonly site: Site }[] = [];
  for (const site of sites) {
    for (const host of site.hosts) {
      const name = host.toLowerCase();
      if (name.startsWith('*.')) suffixes.push({ suffix: name.slice(1), site });
      else exact.set(name, site);
    }
  }
  suffixes.sort((a, b) => b.suffix.length - a.suffix.length);
  return (host) => {
    const name = host.toLowerCase();
    return exact.get(name) ?? suffixes.find(({ suffix }) => name.endsWith(suffix) && name !== suffix)?.site;
  };
}
