// Plain old syntax on purpose: this file must run on any Node in order to say which one is needed.
var parts = process.versions.node.split('.');
if (Number(parts[0]) < 24) {
  console.error(
    'Tidings needs Node 24 (this is ' +
      process.version +
      '): run "npm ci" here, which brings it along, or install it from nodejs.org.',
  );
  process.exit(1);
}
