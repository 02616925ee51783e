import { DIALECTS } from '@turnpike/dialects';
import type { ClientReader } from '@turnpike/dialects/answer/fixtures/client-reading';
import { readChatStream } from '@turnpike/dialects/answer/fixtures/read-chat-stream';
import { readMessagesStream } from '@turnpike/dialects/answer/fixtures/read-messages-stream';
import { readGeminiStream } from '@turnpike/dialects/gemini-generate/fixtures/read-gemini-stream';
import { readResponsesStream } from '@turnpike/dialects/openai-responses/fixtures/read-responses-stream';
import type { JsonObject } from '@turnpike/kernel';
import {
  createSseParser,
  foldStream,
  inputTotal,
  type CallPart,
  type ChatResponse,
  type DialectId,
} from '@turnpike/protocol';
import type { Stage } from '../stage/stage';
import { CLIENTS } from './client-bodies';

const READERS: Readonly<Record<DialectId, ClientReader>> = {
  'openai-chat': (events) => readChatStream(events),
  'openai-responses': readResponsesStream,
  'anthropic-messages': readMessagesStream,
  'gemini-generate': readGeminiStream,
};

/** An answer in words that every client shares. */
export interface Heard {
  readonly status: number;
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly Pick<CallPart, 'id' | 'name' | 'args'>[];
  readonly stop: ChatResponse['stop'];
  /** All input tokens, those out of a cache, and output tokens. */
  readonly usage: readonly number[] | undefined;
  /** As it came, where it was whole. */
  readonly raw: JsonObject;
}

export interface HeardStream extends Heard {
  readonly done: boolean;
  readonly error: JsonObject | undefined;
  /** What the dialect forbids. */
  readonly problems: readonly string[];
}

const send = (stage: Stage, client: DialectId, path: string, body: JsonObject): Promise<Response> =>
  fetch(stage.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stage.key}`,
      ...CLIENTS[client].headers,
    },
    body: JSON.stringify(body),
  });

const said = (answer: ChatResponse, kind: 'text' | 'reasoning'): string =>
  answer.parts.map((part) => (part.kind === kind && 'text' in part ? (part.text ?? '') : '')).join('');

const hear = (answer: ChatResponse): Omit<Heard, 'status' | 'raw'> => ({
  text: said(answer, 'text'),
  reasoning: said(answer, 'reasoning'),
  calls: answer.parts.filter((part): part is CallPart => part.kind === 'call'),
  stop: answer.stop,
  usage: answer.usage && [inputTotal(answer.usage), answer.usage.cacheRead, answer.usage.output],
});

/** A whole answer. */
export async function askWhole(
  stage: Stage,
  client: DialectId,
  model: string,
  body: JsonObject,
): Promise<Heard> {
  const response = await send(stage, client, CLIENTS[client].path(model, false), body);
  const raw = (await response.json()) as JsonObject;
  const answer: ChatResponse =
    response.status === 200 ? DIALECTS[client].decodeResponse(raw) : { parts: [], stop: 'error' };
  return { status: response.status, raw, ...hear(answer) };
}

/** A streamed answer, read to its end or to where the connection broke. */
export async function askStream(
  stage: Stage,
  client: DialectId,
  model: string,
  body: JsonObject,
): Promise<HeardStream> {
  const response = await send(stage, client, CLIENTS[client].path(model, true), body);
  const text = await response.text();
  const { status } = response;
  if (status !== 200) {
    const nothing = hear({ parts: [], stop: 'error' });
    const raw = JSON.parse(text) as JsonObject;
    return { status, raw, ...nothing, done: false, error: undefined, problems: [] };
  }
  const parser = createSseParser();
  const events = [...parser.push(Buffer.from(text)), ...parser.end()];
  const decoder = DIALECTS[client].createStreamDecoder({ capabilities: {} });
  const folded = foldStream([...events.flatMap((event) => decoder.push(event)), ...decoder.end('complete')]);
  const { done, error, problems } = READERS[client](events);
  return { status, raw: {}, ...hear(folded), done, error, problems };
}
