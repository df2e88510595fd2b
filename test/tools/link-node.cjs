// Puts the Node 24 that npm brought (optionalDependencies) where npm's scripts find it: node_modules/.bin/node.
// npm 11 does so by itself. npm 10, which comes with Node 20, lets the packages for other systems claim the name first,
// and then links none. Runs as `postinstall`, on the older Node.
const fs = require('node:fs');
const path = require('node:path');

/**
 * @param {string} modules the folder `node_modules`
 * @returns 'there', 'linked', or 'none' if npm brought no Node for this system
 * @throws what the file system throws
 */
function linkNode(modules) {
  const windows = process.platform === 'win32';
  const name = windows ? 'node.exe' : 'node';
  const inside = path.join(`node-${windows ? 'win' : process.platform}-${process.arch}`, 'bin', name);
  if (!fs.existsSync(path.join(modules, inside))) return 'none';
  const link = path.join(modules, '.bin', name);
  if (fs.existsSync(link)) return 'there';
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true }); // a dangling link
  // Windows lets ordinary people make hard links only.
  if (windows) fs.linkSync(path.join(modules, inside), link);
  else fs.symlinkSync(path.join('..', inside), link);
  return 'linked';
}

module.exports = { linkNode };

if (require.main === module) {
  try {
    linkNode(path.join(__dirname, '..', '..', 'node_modules'));
  } catch (error) {
    console.error(`Node 24 could not be linked into node_modules/.bin (${error.message}).`);
    process.exit(1);
  }
}
