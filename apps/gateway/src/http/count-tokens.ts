import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeGeminiCount } from '@turnpike/dialects';
import { buildResponseHeaders, countTokens } from '@turnpike/pipeline';
import type { DialectId } from '@turnpike/protocol';
import { addHeaders } from './add-headers';
import type { DataPlane } from './data-plane';
import { isGemini, unwrapCountRequest } from './gemini-routes';
import { principalOf } from './principal-of';

const inputTokens = (count: number): object => ({ input_tokens: count });

/** What a count looks like to clients of each dialect. */
const ANSWERS: Readonly<Record<DialectId, (count: number) => object>> = {
  'anthropic-messages': inputTokens,
  'openai-chat': inputTokens,
  'openai-responses': (count) => ({ object: 'response.input_tokens', ...inputTokens(count) }),
  'gemini-generate': writeGeminiCount,
};

/** Counts of every dialect that has them: native where the target has a counter, else a local estimate, never 0, never billed. */
export async function answerCountTokens(
  request: FastifyRequest,
  reply: FastifyReply,
  plane: DataPlane,
): Promise<void> {
  const { received } = request;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const bytes = isGemini(request) ? unwrapCountRequest(body) : body;
  const question = {
    dialect: received.dialect,
    principal: principalOf(request),
    clientHeaders: request.headers,
    bytes,
    ...(received.address && { address: received.address }),
    receivedAtMs: received.receivedAtMs,
  };
  const counted = await countTokens(question, plane.shapes()[received.dialect.id], plane.deps);
  const headers = buildResponseHeaders(received, { attempts: 0, alias: counted.alias });
  if (counted.estimated) headers.push('x-turnpike-estimated', 'true');
  addHeaders(reply, headers);
  await reply
    .code(200)
    .type('application/json')
    .send(JSON.stringify(ANSWERS[received.dialect.id](counted.inputTokens)));
}
