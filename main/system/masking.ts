/** What must never reach a log, whatever field it comes in: secrets, addresses, paths of URLs. */

const MASK = '[masked]';
/** Longer texts are cut before they are looked at, at a word's end so that no half secret is left. */
const LONGEST_INPUT = 8_192;

/** Field names whose value is never written, compared in lower case without `_` and `-`. */
const DENIED = new Set([
  'accesstoken',
  'address',
  'answer',
  'authorization',
  'authorizationcode',
  'body',
  'callbackurl',
  'claims',
  'clientinfo',
  'clientsecret',
  'clientstate',
  'codeverifier',
  'cookie',
  'email',
  'idtoken',
  'joinurl',
  'location',
  'loginhint',
  'nonce',
  'passphrase',
  'password',
  'preview',
  'probekey',
  'rawbody',
  'redirecturi',
  'refreshtoken',
  'secret',
  'sender',
  'setcookie',
  'subject',
  'title',
  'token',
  'upn',
  'username',
  'validationtoken',
  'weblink',
  'who',
]);

/** Parameters of URLs, forms and JSON that carry secrets or names. */
const PARAMETER =
  /\b(access_?token|refresh_?token|id_?token|client_?state|client_?info|client_?secret|code_?verifier|validation_?token|login_?hint|password|assertion|secret|username)(["']?\s*[=:]\s*["']?)([^\s&"',;}]+)/giu;
/** The same for names that are harmless elsewhere ("code: graph-busy"): here only as `name=value`. */
const FORM_PARAMETER = /\b(code|state|session_state|nonce|token)(=)([^\s&"',;}]+)/giu;
/** HTTP credentials, and JSON Web Tokens (three or five parts, the first begins with `{"` in base64). */
const CREDENTIAL = /\b(bearer|basic|digest)\s+[\w.~+/=-]+/giu;
const JSON_WEB_TOKEN = /\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/gu;
const URL_IN_TEXT = /\b([a-z][a-z0-9+.-]{0,20}):\/\/[^\s"'<>]+/giu;
const MAIL_ADDRESS = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,128}@[\p{L}\p{N}.-]{1,255}/gu;
/** 32 characters or more of base64 or base64url in a row. */
const LONG_RUN = /[A-Za-z0-9_+/=-]{32,}/gu;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu;
/** Names such as `graph-sync-state-lost` and `/me/mailFolders/inbox/messages/delta` are long but hide nothing. */
const WORD = '(?:[a-z]{1,20}|[A-Z]{1,20}|[a-z]{2,12}(?:[A-Z][a-z]{2,12}){1,2})';
const WORDS = new RegExp(`^/?${WORD}(?:[-_/]${WORD})*$`, 'u');

/** True when the value of a field of this name is never written. */
export const isDenied = (field: string): boolean => DENIED.has(field.toLowerCase().replace(/[_-]/gu, ''));

/**
 * The text with everything masked that looks like a secret or names a person: credentials, tokens, long random
 * strings, e-mail addresses; a URL is reduced to scheme and host. GUIDs (request ids, subscription ids) stay.
 */
export function maskText(text: string): string {
  return cutAtWord(text)
    .replace(URL_IN_TEXT, (url) => hostOnly(url))
    .replace(CREDENTIAL, (_all, scheme: string) => `${scheme} ${MASK}`)
    .replace(JSON_WEB_TOKEN, MASK)
    .replace(PARAMETER, (_all, name: string, between: string) => `${name}${between}${MASK}`)
    .replace(FORM_PARAMETER, (_all, name: string, between: string) => `${name}${between}${MASK}`)
    .replace(MAIL_ADDRESS, '[address]')
    .replace(LONG_RUN, maskRun);
}

function cutAtWord(text: string): string {
  if (text.length <= LONGEST_INPUT) return text;
  const cut = text.slice(0, LONGEST_INPUT);
  const end = cut.search(/\s\S*$/u);
  return end === -1 ? '[too long]' : cut.slice(0, end);
}

function hostOnly(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed === null || parsed.host === '' ? '[url]' : `${parsed.protocol}//${parsed.host}`;
}

function maskRun(run: string): string {
  if (WORDS.test(run)) return run;
  // GUIDs stay, also several joined by hyphens; what is left between them decides.
  const rest = run.replace(GUID, '');
  return rest.length < 32 && rest.length < run.length && !/[A-Za-z0-9]{8,}/u.test(rest) ? run : MASK;
}
