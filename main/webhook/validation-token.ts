export type ValidationToken =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid' }
  /** Decoded as a form value (`+` is a space), ready to be echoed as text/plain. */
  | { readonly kind: 'token'; readonly token: string };

/**
 * The `validationToken` of Graph's validation request.
 *
 * @param query what follows the `?`, still encoded.
 * @param maxLength in decoded characters.
 * @see https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 */
export function validationTokenIn(query: string, maxLength: number): ValidationToken {
  const tokens = new URLSearchParams(query).getAll('validationToken');
  const [token] = tokens;
  if (token === undefined) return { kind: 'none' };
  // Control characters have no place in a token; U+FFFD is what an encoding error decodes to.
  const isSound =
    tokens.length === 1 && token.length > 0 && token.length <= maxLength && !/[\p{Cc}\ufffd]/u.test(token);
  return isSound ? { kind: 'token', token } : { kind: 'invalid' };
}
