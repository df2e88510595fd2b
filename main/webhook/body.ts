import type { IncomingMessage } from 'node:http';

/** The whole body; null as soon as it is larger than `maxBytes`, the rest unread. Rejects if the sender goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      request.pause();
      resolve(null);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the sender went away')));
  });
}

/** JSON in UTF-8, nested at most `maxDepth` deep; undefined for anything else (JSON itself cannot say undefined). */
export function parseJson(body: Buffer, maxDepth: number): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return depthOf(text) <= maxDepth ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** How deep objects and arrays nest, by counting brackets outside strings: nothing recurses on a stranger's text. */
function depthOf(text: string): number {
  let deepest = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

/**
 * Whether the body's type is JSON in UTF-8.
 *
 * @param contentType the header's value, or undefined.
 */
export function isJson(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json') return false;
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?utf-8"?$/.test(value.trim());
  });
}
