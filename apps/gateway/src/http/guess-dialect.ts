import type { IncomingHttpHeaders } from 'node:http';
import { DIALECTS, type Dialect } from '@turnpike/dialects';

/** Which dialect a request speaks that no route took: by its path, then by the headers that only one SDK sends. */
export function guessDialect(path: string, headers: IncomingHttpHeaders): Dialect {
  if (/\/messages(\/|\?|$)/.test(path)) return DIALECTS['anthropic-messages'];
  if (/\/(chat\/)?completions(\/|\?|$)/.test(path)) return DIALECTS['openai-chat'];
  if (/\/responses(\/|\?|$)/.test(path)) return DIALECTS['openai-responses'];
  if (/\/v1beta\/openai(\/|$)/.test(path)) return DIALECTS['openai-chat'];
  if (/\/v1beta(\/|$)|:(stream)?generateContent|:countTokens|:(batch)?embedContents?/i.test(path))
    return DIALECTS['gemini-generate'];
  if (headers['anthropic-version'] !== undefined) return DIALECTS['anthropic-messages'];
  return DIALECTS[headers['x-goog-api-client'] === undefined ? 'openai-chat' : 'gemini-generate'];
}

/** The base URL that an SDK of this dialect wants. */
export function baseUrlOf(dialect: Dialect, host: string | undefined): string {
  const safe = host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost:4000';
  return dialect.id.startsWith('openai') ? `http://${safe}/v1` : `http://${safe}`;
}
