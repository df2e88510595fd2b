// Plain old syntax on purpose: this file must run on any Node in order to say which one is needed.
var path = require('path');
var parts = process.versions.node.split('.');
if (Number(parts[0]) < 24) {
  var linked = 'none';
  try {
    linked = require('./link-node.cjs').linkNode(path.join(__dirname, '..', '..', 'node_modules'));
  } catch (error) {
    console.error(error.message);
  }
  console.error(
    linked === 'linked'
      ? 'Node 24 was there but not yet linked. It is now: please run the same command again.'
      : 'Tidings needs Node 24 (this is ' +
          process.version +
          '): run "npm ci" here, which brings it along, or install it from nodejs.org.',
  );
  process.exit(1);
}
