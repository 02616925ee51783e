import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { askGateway, type Answered } from './ask-gateway';
import { checkRefusal } from './check-refusal';
import type { Exchange } from './find-exchange';
import type { Recording } from './recording';
import type { ExchangeReport, Stage } from './run-recording';
import { toServedAnswer } from './served-answer';
import { providerName } from './serving-pairs';
import { parseBytes } from './wire-text';

const objectsOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** One wire of embeddings: what was asked in OpenAI's words, and what was answered. */
interface EmbeddingWire {
  readonly ask: (body: JsonObject) => JsonObject;
  readonly vectors: (answer: JsonObject) => Json[];
  readonly tokens: (answer: JsonObject) => Json | undefined;
}

const partsText = (content: JsonObject): string =>
  objectsOf(content.parts)
    .map((part) => textOf(part.text))
    .join('');

const WIRES: Readonly<Record<string, EmbeddingWire>> = {
  'openai-chat': {
    ask: (body) => body,
    vectors: (answer) => objectsOf(answer.data).map((one) => one.embedding ?? null),
    tokens: (answer) => objectOf(answer.usage).prompt_tokens,
  },
  'gemini-generate': {
    ask: (body) => ({ input: objectsOf(body.requests).map((one) => partsText(objectOf(one.content))) }),
    vectors: (answer) => objectsOf(answer.embeddings).map((one) => one.values ?? null),
    tokens: () => undefined,
  },
  'cohere-chat': {
    ask: (body) => ({ input: listOf(body.texts) }),
    vectors: (answer) => listOf(objectOf(answer.embeddings).float),
    tokens: (answer) => objectOf(objectOf(answer.meta).billed_units).input_tokens,
  },
  'ollama-chat': {
    ask: (body) => ({ input: body.input }),
    vectors: (answer) => listOf(answer.embeddings),
    tokens: (answer) => answer.prompt_eval_count,
  },
};

/** Undefined: the wire has no embeddings here, or nothing was asked that could be asked again. */
export function toEmbeddingsBody(exchange: Exchange): JsonObject | undefined {
  const body = WIRES[exchange.dialect]?.ask(exchange.body);
  const input = body?.input;
  return input === undefined || (Array.isArray(input) && input.length === 0) ? undefined : body;
}

function checkVectors(wire: EmbeddingWire, recorded: unknown, answered: Answered): string[] {
  const got = parseBytes(answered.body);
  if (!isObject(recorded)) return [];
  if (!isObject(got)) return ['an answer that is no object'];
  const data = objectsOf(got.data).map((one) => one.embedding ?? null);
  const tokens = wire.tokens(recorded);
  return [
    ...(isDeepStrictEqual(wire.vectors(recorded), data) ? [] : ['the vectors were changed']),
    // The same wire on both sides: what a server left out is left out.
    ...(got.object === 'list' || (Array.isArray(recorded.data) && recorded.object === undefined)
      ? []
      : ['no list of embeddings']),
    ...(typeof tokens !== 'number' || objectOf(got.usage).prompt_tokens === tokens
      ? []
      : [`usage input ${tokens} became ${String(objectOf(got.usage).prompt_tokens)}`]),
  ];
}

/** Recorded embeddings through the one front door that they have. Never throws. */
export async function runEmbeddings(
  stage: Stage,
  recording: Recording,
  exchange: Exchange,
  id: string,
): Promise<ExchangeReport[]> {
  const served = toServedAnswer(recording);
  const wire = WIRES[exchange.dialect];
  const client = 'openai-chat';
  const asked = toEmbeddingsBody(exchange);
  if (!wire || !asked) return [];
  stage.upstream.serve(id, { answer: served, cut: 'awkward' });
  try {
    const body = JSON.stringify({ ...asked, model: `${providerName(exchange)}/${exchange.model}` });
    const answered = await askGateway(stage.gateway, { path: '/v1/embeddings', body }, id);
    stage.gateway.takeEntry(id);
    const defects = stage.gateway.takeDefects().map((defect) => `exception: ${String(defect)}`);
    const recorded = parseBytes(served.body);
    const isAnswer = served.status === 200 && isObject(recorded) && !recorded.error;
    const checked =
      isAnswer && answered.status === 200
        ? checkVectors(wire, recorded, answered)
        : checkRefusal({ served, answered, client });
    return [{ client, stream: false, problems: [...defects, ...checked] }];
  } catch (error) {
    return [{ client, stream: false, problems: [`exception: ${String(error)}`] }];
  } finally {
    stage.upstream.forget(id);
  }
}
