import { DIALECTS, type Dialect } from '@turnpike/dialects';
import { GatewayError, stringifyJson, type JsonObject } from '@turnpike/kernel';
import type { ChatRequest, DialectId } from '@turnpike/protocol';
import { toChatIntent } from './chat-intent';
import type { Exchange } from './find-exchange';

/** One request of a client, ready to be sent. */
export interface ClientRequest {
  readonly path: string;
  readonly body: string;
  /** The recorded intent could not be said: a plain question stands in for it, so that the answer is read all the same. */
  readonly standIn?: string;
}

/** What is asked when the recorded request has no words here. */
function plainRequest(model: string, stream: boolean): ChatRequest {
  return {
    dialect: 'openai-chat',
    model,
    system: [],
    turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Say it again.' }] }],
    tools: [],
    stream,
    includeUsage: true,
    native: {},
  };
}

const isDialect = (id: string): id is DialectId => Object.hasOwn(DIALECTS, id);

const isRefusal = (error: unknown): error is GatewayError => error instanceof GatewayError;

/**
 * The recorded request in our own form; a plain one where it cannot be read.
 * @throws whatever is no refusal: a reader must not fail.
 */
function readIntent(exchange: Exchange, model: string, stream: boolean): ChatRequest & { standIn?: string } {
  const dialect = isDialect(exchange.dialect) ? exchange.dialect : 'openai-chat';
  const body = isDialect(exchange.dialect) ? exchange.body : toChatIntent(exchange.dialect, exchange.body);
  if (!body) return { ...plainRequest(model, stream), standIn: 'not read: there are no turns' };
  try {
    const intent = DIALECTS[dialect].decodeRequest({ ...body, model, stream }, { model, stream });
    return { ...intent, model, stream, includeUsage: true };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...plainRequest(model, stream), standIn: `not read: ${error.message}` };
  }
}

const PATHS: Readonly<Record<DialectId, (model: string, stream: boolean) => string>> = {
  'openai-chat': () => '/v1/chat/completions',
  'openai-responses': () => '/v1/responses',
  'anthropic-messages': () => '/v1/messages',
  'gemini-generate': (model, stream) =>
    `/v1beta/models/${model.split('/').map(encodeURIComponent).join('/')}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
};

/** The recorded body itself: only the model's name and the stream are another. */
function ownBody(exchange: Exchange, model: string, stream: boolean): JsonObject {
  if (exchange.dialect === 'gemini-generate') return exchange.body;
  // Vertex and Bedrock name the version in the body and the model in the URL: no client of ours does.
  const { anthropic_version: _version, anthropic_beta: _beta, stream_options, ...body } = exchange.body;
  const options = stream && exchange.dialect === 'openai-chat' ? { include_usage: true } : undefined;
  return {
    ...body,
    model,
    ...(exchange.dialect === 'anthropic-messages' && body.max_tokens === undefined
      ? { max_tokens: 1024 }
      : {}),
    ...(stream ? { stream: true } : { stream: false }),
    ...(options ? { stream_options: options } : stream && stream_options ? { stream_options } : {}),
  };
}

function encode(dialect: Dialect, intent: ChatRequest): JsonObject {
  const vendor = `a client of ${dialect.id}`;
  const capabilities = { prefill: true, video: true };
  const { body } = dialect.encodeRequest(intent, { model: intent.model, capabilities, vendor });
  return body;
}

/**
 * The intent of a recording in a client's dialect.
 * @throws whatever is no refusal: neither a reader nor a writer may fail.
 */
export function toClientRequest(
  exchange: Exchange,
  client: DialectId,
  options: { readonly model: string; readonly stream: boolean },
): ClientRequest {
  const { model, stream } = options;
  const path = PATHS[client](model, stream);
  if (exchange.dialect === client && Object.keys(exchange.body).length > 0)
    return { path, body: stringifyJson(ownBody(exchange, model, stream)) };
  const { standIn, ...intent } = readIntent(exchange, model, stream);
  try {
    const body = stringifyJson(encode(DIALECTS[client], intent));
    return { path, body, ...(standIn === undefined ? {} : { standIn }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return toPlainRequest(client, options, `not said: ${error.message}`);
  }
}

/** A plain question in a client's dialect. */
export function toPlainRequest(
  client: DialectId,
  { model, stream }: { readonly model: string; readonly stream: boolean },
  standIn: string,
): ClientRequest {
  const body = stringifyJson(encode(DIALECTS[client], plainRequest(model, stream)));
  return { path: PATHS[client](model, stream), body, standIn };
}
