// Puts the Node 24 that npm brought (optionalDependencies) where npm's scripts find it: node_modules/.bin/node.
// npm 11 does so by itself. npm 10, which comes with Node 20, lets the packages for other systems claim the name first,
// and then links none. Runs as `postinstall`. Old syntax on purpose: any Node must understand it.
var fs = require('fs');
var path = require('path');

/** 'there', 'linked', or 'none' if npm brought no Node for this system. Throws what the file system throws. */
function linkNode(modules) {
  var windows = process.platform === 'win32';
  var name = windows ? 'node.exe' : 'node';
  var platform = windows ? 'win' : process.platform;
  var inside = path.join('node-' + platform + '-' + process.arch, 'bin', name);
  if (!fs.existsSync(path.join(modules, inside))) return 'none';
  var link = path.join(modules, '.bin', name);
  if (fs.existsSync(link)) return 'there';
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true }); // a dangling link
  // Windows lets ordinary people make hard links only.
  if (windows) fs.linkSync(path.join(modules, inside), link);
  else fs.symlinkSync(path.join('..', inside), link);
  return 'linked';
}

module.exports = { linkNode: linkNode };

if (require.main === module) {
  try {
    linkNode(path.join(__dirname, '..', '..', 'node_modules'));
  } catch (error) {
    console.error('Node 24 could not be linked into node_modules/.bin (' + error.message + ').');
    process.exit(1);
  }
}
