import { expect, test } from 'vitest';
import { proxyOfChromium, proxyOfNode, wayOutText } from '../../../main/shell/way-out.ts';

const proxy = 'http://grace:secret@proxy.contoso.example:8080';

test.each([
  ['nothing is named', {}, [], 'none'],
  ['Node is told to heed it', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1' }, [], 'environment'],
  ['Node is told by a switch', { https_proxy: proxy }, ['--use-env-proxy'], 'environment'],
  ['nothing tells Node to heed it', { HTTPS_PROXY: proxy }, [], 'environmentIgnored'],
  [
    'Microsoft is excepted by name',
    { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1', NO_PROXY: 'localhost, .microsoft.com' },
    [],
    'none',
  ],
  [
    'Microsoft is excepted with its port',
    { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1', no_proxy: 'graph.microsoft.com:443' },
    [],
    'none',
  ],
  ['everything is excepted', { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1', NO_PROXY: '*' }, [], 'none'],
  [
    'others are excepted',
    { HTTPS_PROXY: proxy, NODE_USE_ENV_PROXY: '1', NO_PROXY: 'soft.com,microsoft.co,' },
    [],
    'environment',
  ],
] as const)('the way of plain Node when %s', (_when, env, execArgv, use) => {
  expect(proxyOfNode(env, execArgv)).toBe(use);
});

test('the way of Chromium is the first that it names', () => {
  expect(
    ['DIRECT', '', 'PROXY proxy.contoso.example:8080; DIRECT', 'SOCKS5 10.0.0.1:1080', 'DIRECT; PROXY a:1'].map(
      proxyOfChromium,
    ),
  ).toEqual(['none', 'none', 'system', 'system', 'none']);
});

test('the sentence names no machine, and says that the tunnel goes its own way where there is one', () => {
  expect(
    (['none', 'system', 'environment', 'environmentIgnored', null] as const).map((use) => [
      wayOutText(use, 'localtunnel'),
      wayOutText(use, 'none'),
    ]),
  ).toEqual([
    ['Directly.', 'Directly.'],
    ["Through the system's proxy. The tunnel itself connects to its relay without it.", "Through the system's proxy."],
    [
      'Through the proxy of the environment. The tunnel itself connects to its relay without it.',
      'Through the proxy of the environment.',
    ],
    [
      'Directly. The environment names a proxy, which is used only with NODE_USE_ENV_PROXY=1.',
      'Directly. The environment names a proxy, which is used only with NODE_USE_ENV_PROXY=1.',
    ],
    ['', ''],
  ]);
});
