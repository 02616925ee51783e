import type { FastifyRequest } from 'fastify';
import { GatewayError } from '@turnpike/kernel';
import { baseUrlOf } from './guess-dialect';

/** Ends of the paths that exist for one method only: another method is a 405, not an unknown path. */
const ENDS = [
  'chat/completions',
  'completions',
  'responses(/[^/]+)?',
  'messages(/count_tokens)?',
  'embeddings',
  'rerank',
  'moderations',
  'images/(generations|edits|variations)',
  'audio/(speech|transcriptions|translations)',
  'models(/.*)?',
  'requests/[^/]+',
].join('|');
const KNOWN = new RegExp(`^(/p/[^/]+)?((/v1beta/openai|(/v1){0,2})/(${ENDS})|/v2/rerank)$`);

/** Thrown into the error handler, which renders it in the dialect that the request seems to speak. */
export function refuseUnknownPath(request: FastifyRequest): never {
  const path = request.url.split('?')[0] ?? '';
  const shown = path.slice(0, 200);
  if (KNOWN.test(path))
    throw new GatewayError('method_not_allowed', `${request.method} is not a method of ${shown}.`, {
      final: true,
    });
  const base = baseUrlOf(request.received.dialect, request.headers.host);
  throw new GatewayError(
    'not_found',
    `There is nothing at ${shown}. Set the base URL of your client to ${base}.`,
    { final: true },
  );
}
