import { describe, expect, test } from 'vitest';
import { parseWwwAuthenticate, type WwwAuthenticate } from '../../../main/graph/www-authenticate.ts';

const base = 'https://graph.microsoft.com/v1.0';
const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';
const encoded = Buffer.from(claims).toString('base64');
const authority = 'https://login.microsoftonline.com/common/oauth2/authorize';
const bare = { realm: null, authorizationUri: null, error: null, claims: null };

const table: readonly { readonly name: string; readonly header: string | null; readonly expected: WwwAuthenticate }[] =
  [
    { name: 'no header', header: null, expected: { challenge: null, refused: [] } },
    { name: 'an empty header', header: '', expected: { challenge: null, refused: [] } },
    { name: 'the bare scheme', header: 'Bearer', expected: { challenge: bare, refused: [] } },
    {
      name: 'a claims challenge as documented',
      header: `Bearer realm="", authorization_uri="${authority}", error="insufficient_claims", claims="${encoded}"`,
      expected: {
        challenge: { realm: '', authorizationUri: authority, error: 'insufficient_claims', claims },
        refused: [],
      },
    },
    {
      name: 'parameters in another order, other cases, odd spaces, unknown ones',
      header: `bEARER  Claims="${encoded}" ,client_id = "x" , ERROR="insufficient_claims",Realm=""`,
      expected: { challenge: { ...bare, realm: '', error: 'insufficient_claims', claims }, refused: [] },
    },
    {
      name: 'padding that a split on the equals sign would lose',
      header: `Bearer error="insufficient_claims", claims="${Buffer.from('{"a":1}').toString('base64')}"`,
      expected: { challenge: { ...bare, error: 'insufficient_claims', claims: '{"a":1}' }, refused: [] },
    },
    {
      name: 'unquoted values, padding included',
      header: 'Bearer error=insufficient_claims, claims=eyJhIjoxMH0=, realm=x',
      expected: {
        challenge: { realm: 'x', authorizationUri: null, error: 'insufficient_claims', claims: '{"a":10}' },
        refused: [],
      },
    },
    {
      name: 'commas, equals signs and escaped quotes inside quotes',
      header: String.raw`Bearer realm="a=\"b\", c", error="invalid_token"`,
      expected: { challenge: { ...bare, realm: 'a="b", c', error: 'invalid_token' }, refused: [] },
    },
    {
      name: 'several challenges in one header: the one with claims',
      header: `Negotiate YIIabc==, Basic realm="proxy", Bearer error="invalid_token", Bearer error="insufficient_claims", claims="${encoded}"`,
      expected: { challenge: { ...bare, error: 'insufficient_claims', claims }, refused: [] },
    },
    {
      name: 'claims that belong to another scheme',
      header: `Basic realm="x", claims="${encoded}"`,
      expected: { challenge: null, refused: [] },
    },
    {
      name: 'claims beside another error',
      header: `Bearer error="invalid_token", claims="${encoded}"`,
      expected: { challenge: { ...bare, error: 'invalid_token' }, refused: [] },
    },
    {
      name: 'an authority of another company',
      header: `Bearer authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="${encoded}"`,
      expected: { challenge: null, refused: ['foreign-authorization-uri'] },
    },
    {
      name: 'an authority that only begins like Microsoft’s',
      header: `Bearer authorization_uri="https://login.microsoftonline.com.login.example/authorize"`,
      expected: { challenge: null, refused: ['foreign-authorization-uri'] },
    },
    {
      name: 'an authority with credentials in front',
      header: `Bearer authorization_uri="https://login.microsoftonline.com@login.example/authorize"`,
      expected: { challenge: null, refused: ['foreign-authorization-uri'] },
    },
    {
      name: 'an authority without TLS',
      header: 'Bearer authorization_uri="http://login.microsoftonline.com/common/oauth2/authorize"',
      expected: { challenge: null, refused: ['foreign-authorization-uri'] },
    },
    {
      name: 'a foreign challenge before ours',
      header: `Bearer authorization_uri="https://login.example/", claims="e30=", Bearer error="insufficient_claims", claims="${encoded}"`,
      expected: {
        challenge: { ...bare, error: 'insufficient_claims', claims },
        refused: ['foreign-authorization-uri'],
      },
    },
    {
      name: 'the resource that was asked',
      header: `Bearer resource_id="https://graph.microsoft.com/", error="invalid_token"`,
      expected: { challenge: { ...bare, error: 'invalid_token' }, refused: [] },
    },
    {
      name: 'the app id of Microsoft Graph as resource',
      header: 'Bearer resource_id="00000003-0000-0000-c000-000000000000"',
      expected: { challenge: bare, refused: [] },
    },
    {
      name: 'another resource',
      header: `Bearer resource_id="https://vault.example", error="insufficient_claims", claims="${encoded}"`,
      expected: { challenge: null, refused: ['foreign-resource-id'] },
    },
    {
      name: 'a parameter given twice',
      header: `Bearer claims="e30=", error="insufficient_claims", claims="${encoded}"`,
      expected: { challenge: null, refused: ['repeated-parameter'] },
    },
    {
      name: 'claims that are no base64',
      header: 'Bearer error="insufficient_claims", claims="{not base64}"',
      expected: { challenge: { ...bare, error: 'insufficient_claims' }, refused: ['undecodable-claims'] },
    },
    {
      name: 'claims that are base64 of no JSON object',
      header: `Bearer error="insufficient_claims", claims="${Buffer.from('[1]').toString('base64')}"`,
      expected: { challenge: { ...bare, error: 'insufficient_claims' }, refused: ['undecodable-claims'] },
    },
    {
      name: 'claims that are no UTF-8',
      header: 'Bearer error="insufficient_claims", claims="eyL/In0="',
      expected: { challenge: { ...bare, error: 'insufficient_claims' }, refused: ['undecodable-claims'] },
    },
    {
      name: 'a quote that never ends',
      header: 'Bearer realm="abc, error="x',
      expected: { challenge: null, refused: ['malformed'] },
    },
    {
      name: 'a parameter before any scheme',
      header: 'realm="x", Bearer error="invalid_token"',
      expected: { challenge: null, refused: ['malformed'] },
    },
    {
      name: 'more than anybody has to say',
      header: `Bearer realm="${'x'.repeat(20_000)}"`,
      expected: { challenge: null, refused: ['too-long'] },
    },
  ];

describe('reads WWW-Authenticate', () => {
  test.each(table)('$name', ({ header, expected }) => {
    expect(parseWwwAuthenticate(header, base)).toEqual(expected);
  });

  test('takes time in proportion to the header, whatever is in it', () => {
    const nasty = ['=', '"', '\\', ',', 'a', ' ', 'a=', '"\\'].map((piece) => `Bearer ${piece.repeat(8000)}`);
    const startedAt = performance.now();
    for (const header of nasty) expect(parseWwwAuthenticate(header, base).challenge?.claims ?? null).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
