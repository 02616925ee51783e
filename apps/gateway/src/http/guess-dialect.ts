import type { IncomingHttpHeaders } from 'node:http';
import { DIALECTS, type Dialect } from '@turnpike/dialects';

/** Which dialect a request speaks that no route took: by its path, then by the headers that only one SDK sends. */
export function guessDialect(path: string, headers: IncomingHttpHeaders): Dialect {
  if (/\/messages(\/|\?|$)/.test(path)) return DIALECTS['anthropic-messages'];
  if (/\/(chat\/)?completions(\/|\?|$)/.test(path)) return DIALECTS['openai-chat'];
  return headers['anthropic-version'] === undefined
    ? DIALECTS['openai-chat']
    : DIALECTS['anthropic-messages'];
}

/** The base URL that an SDK of this dialect wants. */
export function baseUrlOf(dialect: Dialect, host: string | undefined): string {
  const safe = host !== undefined && /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost:4000';
  return dialect.id === 'anthropic-messages' ? `http://${safe}` : `http://${safe}/v1`;
}
