import { DIALECTS, UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson, stringifyJson } from '@turnpike/kernel';
import type { DialectId, UpstreamDialectId } from '@turnpike/protocol';

function encodeOnce(text: string, client: DialectId, dialect: UpstreamDialectId): string | undefined {
  const body = parseJson(text);
  if (!isObject(body)) return undefined;
  try {
    const request = DIALECTS[client].decodeRequest(body, { model: 'm', stream: false });
    const target = { model: 'm', capabilities: {}, vendor: 'a replayed provider' };
    return stringifyJson(UPSTREAM_DIALECTS[dialect].encodeRequest(request, target).body);
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** Two equal requests are equal upstream, byte for byte: prompt caches live on it. */
export const checkDeterminism = (text: string, client: DialectId, dialect: string): string[] =>
  encodeOnce(text, client, dialect as UpstreamDialectId) ===
  encodeOnce(text, client, dialect as UpstreamDialectId)
    ? []
    : ['equal requests are not equal upstream'];
