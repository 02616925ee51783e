import type { FastifyReply, FastifyRequest } from 'fastify';
import { DIALECTS, type Address } from '@turnpike/dialects';
import { GatewayError, isObject, parseJson, stringifyJson, type JsonObject } from '@turnpike/kernel';
import { buildResponseHeaders, explainRoute } from '@turnpike/pipeline';
import { DIALECT_IDS, type DialectId } from '@turnpike/protocol';
import { addHeaders } from './add-headers';
import type { DataPlane } from './data-plane';
import { principalOf } from './principal-of';
import { bodyOf } from './start-call';

interface Asking {
  readonly dialect: DialectId;
  readonly body: JsonObject;
  readonly address?: Address;
}

/** `{ dialect, body }`, or a client's body alone, taken as the dialect that it looks like. */
export async function answerExplain(
  request: FastifyRequest,
  reply: FastifyReply,
  plane: DataPlane,
): Promise<void> {
  const { dialect, body, address } = readAsking(bodyOf(request), request.headers['anthropic-version']);
  const { received } = request;
  const question = {
    dialect: DIALECTS[dialect],
    principal: principalOf(request),
    clientHeaders: request.headers,
    bytes: Buffer.from(stringifyJson(body)),
    ...(address ? { address } : {}),
    receivedAtMs: received.receivedAtMs,
  };
  const explained = await explainRoute(question, plane.shapes()[dialect], plane.deps);
  addHeaders(reply, buildResponseHeaders(received, { attempts: 0, alias: explained.alias }));
  await reply.code(200).type('application/json').send(JSON.stringify(explained));
}

/** @throws GatewayError malformed_json, invalid_request. */
function readAsking(bytes: Buffer, anthropicVersion: unknown): Asking {
  const sent = parseBody(bytes);
  if (!('dialect' in sent) && !isObject(sent.body))
    return addressed(guessDialect(sent, anthropicVersion), sent, sent.model);
  const { dialect, body, model } = sent;
  const id = DIALECT_IDS.find((one) => one === dialect);
  if (dialect !== undefined && id === undefined)
    throw new GatewayError('invalid_request', `"dialect" must be one of ${DIALECT_IDS.join(', ')}.`, {
      param: 'dialect',
    });
  if (!isObject(body))
    throw new GatewayError('invalid_request', '"body" must be what the client would send, a JSON object.', {
      param: 'body',
    });
  return addressed(id ?? guessDialect(body, anthropicVersion), body, model ?? body.model);
}

function parseBody(bytes: Buffer): JsonObject {
  let sent: unknown;
  try {
    sent = parseJson(bytes.toString('utf8'));
  } catch {
    throw new GatewayError('malformed_json', 'The body is not JSON.');
  }
  if (isObject(sent)) return sent;
  throw new GatewayError('invalid_request', 'The body must be a JSON object.');
}

/** Where the dialect names the model in the URL, it is said beside the body here. */
function addressed(dialect: DialectId, body: JsonObject, model: unknown): Asking {
  if (dialect !== 'gemini-generate') return { dialect, body };
  if (typeof model !== 'string' || model === '')
    throw new GatewayError('invalid_request', 'This dialect names the model in its URL: say it as "model".', {
      param: 'model',
    });
  const { model: _named, ...rest } = body;
  return { dialect, body: rest, address: { model, stream: false } };
}

/** Members that one dialect alone has; Chat is what most others are modelled on. */
function guessDialect(body: JsonObject, anthropicVersion: unknown): DialectId {
  if ('contents' in body) return 'gemini-generate';
  if ('input' in body || 'previous_response_id' in body) return 'openai-responses';
  return anthropicVersion !== undefined || 'system' in body || 'stop_sequences' in body
    ? 'anthropic-messages'
    : 'openai-chat';
}
