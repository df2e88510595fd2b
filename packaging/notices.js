/** The licences of everything that a package contains, as those licences ask for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One text for all libraries that the lock file calls part of the product, bundled or not.
 *
 * @param {string} root folder of package-lock.json and node_modules
 * @returns {string}
 */
export function thirdPartyNotices(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const texts = Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    // Types leave no trace, and what is not installed is not shipped.
    .filter(([path]) => !path.includes('/@types/') && existsSync(join(root, path)))
    .map(([path]) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
      const file = readdirSync(join(root, path)).find((each) => /^(licen[cs]e|copying)/i.test(each));
      const text = file === undefined ? '' : `\n${readFileSync(join(root, path, file), 'utf8').trim()}\n`;
      return `${name} ${version}, ${license}\n${text}`;
    });
  const line = `\n${'-'.repeat(80)}\n\n`;
  return `Tidings contains these libraries, each under its own licence.\n${line}${[...new Set(texts)].sort().join(line)}`;
}
