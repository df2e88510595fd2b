// Old syntax on purpose: this file must run on an old Node in order to say which one is needed.
const path = require('node:path');

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    justLinked()
      ? 'Node 24 was there but not yet linked. It is now: please run the same command again.'
      : `Tidings needs Node 24 (this is ${process.version}): run "npm ci" here, which brings it along, or install it from nodejs.org.`,
  );
  process.exit(1);
}

function justLinked() {
  try {
    return require('./link-node.cjs').linkNode(path.join(__dirname, '..', '..', 'node_modules')) === 'linked';
  } catch (error) {
    console.error(error.message);
    return false;
  }
}
