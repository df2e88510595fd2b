/** What a client can read about the service before it signs anybody in. */
import { clouds, graphsBehind, signInHosts } from '../clouds.ts';

/** `/{tenant}/v2.0/.well-known/openid-configuration` */
export function openIdConfiguration(tenant: string, host: string) {
  const base = `https://${host}/${tenant}`;
  const issuerTenant = ['common', 'organizations', 'consumers'].includes(tenant) ? '{tenantid}' : tenant;
  return {
    issuer: `https://${host}/${issuerTenant}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'form_post'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name', 'tid', 'oid', 'ver'],
    code_challenge_methods_supported: ['S256'],
    tenant_region_scope: null,
    cloud_instance_name: host.replace(/^login\./, ''),
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: graphsBehind(host)[0],
  };
}

/** `/common/discovery/instance`: some libraries ask it whether an authority is a real one. */
export function instanceDiscovery(tenant: string, host: string) {
  const aliases = Object.values(clouds).find(({ signIn }) => signIn.includes(host))?.signIn ?? signInHosts;
  const isGlobal = clouds.global.signIn.includes(host);
  return {
    tenant_discovery_endpoint: `https://${host}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: host,
        preferred_cache: isGlobal ? 'login.windows.net' : host,
        aliases: isGlobal ? [host, 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'] : [...aliases],
      },
    ],
  };
}
