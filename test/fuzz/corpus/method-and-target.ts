import { cases, item, json, lines, post, type Table } from './case.ts';

/** Methods and targets: only POST, only our two paths, to the letter. */
export const methodAndTarget: Table = (known) => {
  const { notificationPath, lifecyclePath, probePath, host } = known;
  const change = `/${notificationPath}`;
  const body = json(item(known));
  const to = (target: string, method = 'POST') => post(known, target.slice(1), body, { method });
  const bare = (start: string) => lines(start, `host: ${host}`, 'content-length: 0');
  return cases([
    ['GET', to(change, 'GET'), 405],
    ['HEAD', to(change, 'HEAD'), 405],
    ['PUT', to(change, 'PUT'), 405],
    ['PATCH', to(change, 'PATCH'), 405],
    ['DELETE', to(change, 'DELETE'), 405],
    ['OPTIONS', to(change, 'OPTIONS'), 405],
    ['TRACE', to(change, 'TRACE'), 405],
    ['PROPFIND', to(change, 'PROPFIND'), 405],
    ['GET of the lifecycle path', to(`/${lifecyclePath}`, 'GET'), 405],
    ['POST to the probe', to(`/${probePath}`), 405],
    ['POST to the probe, with a nonce', to(`/${probePath}?n=abcdefghijklmnop`), 405],
    ['a probe without a nonce', to(`/${probePath}`, 'GET'), 400],
    ['a probe with a short nonce', to(`/${probePath}?n=abc`, 'GET'), 400],
    ['a probe with markup for a nonce', to(`/${probePath}?n=%3Cscript%3Ealert(1)%3C`, 'GET'), 400],
    ['CONNECT', lines(`CONNECT ${host}:443 HTTP/1.1`, `host: ${host}`), 'cut'],
    ['a method that does not exist', bare(`BREW ${change} HTTP/1.1`), 'cut'],
    ['a method in lower case', bare(`post ${change} HTTP/1.1`), 'cut'],
    ['a method of 10,000 letters', bare(`${'A'.repeat(10_000)} ${change} HTTP/1.1`), 'cut'],
    ['no method', bare(` ${change} HTTP/1.1`), 'cut'],
    ['an upgrade to a websocket', upgraded(known, 'websocket', body), 202, 1],
    ['an upgrade to HTTP/2', upgraded(known, 'h2c', body), 202, 1],
    ['the root', to('/'), 404],
    ['two slashes', to('//'), 404],
    ['a slash too many before', to(`/${change}`), 404],
    ['a slash too many behind', to(`${change}/`), 404],
    ['one letter more', to(`${change}x`), 404],
    ['one letter less', to(change.slice(0, -1)), 404],
    ['only the first letter', to(change.slice(0, 2)), 404],
    ['other capitals', to(otherCapitals(change)), 404],
    ['a dot segment', to(`/.${change}`), 404],
    ['up and down again', to(`/x/..${change}`), 404],
    ['up and down again, encoded', to(`/x/%2e%2e${change}`), 404],
    ['an encoded slash behind', to(`${change}%2f`), 404],
    ['an encoded NUL behind', to(`${change}%00`), 404],
    ['an encoded letter', to(`/%${change.charCodeAt(1).toString(16)}${change.slice(2)}`), 404],
    ['encoded twice', to(`/%25${change.charCodeAt(1).toString(16)}${change.slice(2)}`), 404],
    ['a parameter', to(`${change};x=1`), 404],
    ['a back-slash', to(`/\\${change}`), 404],
    ['another host in front', to(`//evil.example${change}`), 404],
    ['both our paths', to(`${change}/${lifecyclePath}`), 404],
    ['an absolute form', bare(`POST http://${host}${change} HTTP/1.1`), 404],
    ['an absolute form of a file', bare(`POST file://${change} HTTP/1.1`), 404],
    ['a star', bare('OPTIONS * HTTP/1.1'), 404],
    ['/robots.txt', to('/robots.txt', 'GET'), 404],
    ['/.env', to('/.env', 'GET'), 404],
    ['/__proto__', to('/__proto__'), 404],
    ['/constructor', to('/constructor'), 404],
    ['/undefined', to('/undefined'), 404],
    ['the same, with a query that means nothing', to(`${change}?x=1`), 202, 1],
    ['a query of 9,000 letters', to(`${change}?${'x'.repeat(9000)}`), 414],
    ['a query of 20,000 letters', to(`${change}?${'x'.repeat(20_000)}`), 'cut'],
    ['HTTP/0.9', `GET ${change}\r\n\r\n`, 405],
    ['HTTP/1.0 without a host', lines(`POST ${change} HTTP/1.0`, 'content-length: 0'), 415],
    ['HTTP/9.9', bare(`POST ${change} HTTP/9.9`), 'cut'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'cut'],
    ['a space in the target', bare(`POST ${change} x HTTP/1.1`), 'cut'],
    ['a NUL in the target', bare(`POST ${change}\u0000 HTTP/1.1`), 'cut'],
    ['a TLS handshake', Buffer.from('16030100ba010000b60303', 'hex'), 'cut'],
    ['noise', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]), 'cut'],
    ['SMTP', 'HELO evil.example\r\n', 'cut'],
    ['SSH', 'SSH-2.0-OpenSSH_9.9\r\n', 'cut'],
    ['a proxy’s preface', `PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n${bare(`POST ${change} HTTP/1.1`)}`, 'cut'],
  ]);
};

function upgraded(known: Parameters<Table>[0], protocol: string, body: string): Buffer {
  return post(known, known.notificationPath, body, { headers: { connection: 'Upgrade', upgrade: protocol } });
}

function otherCapitals(path: string): string {
  return path.replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}
