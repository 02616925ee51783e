import type { JsonObject } from '@turnpike/kernel';
import { isObject, type Json } from '@turnpike/kernel';
import type { DialectId } from '@turnpike/protocol';

export interface Asked {
  readonly prompt: string;
  readonly image?: string;
  readonly tools?: boolean;
  readonly thinking?: boolean;
  readonly stream?: boolean;
}

export interface Result {
  readonly id: string;
  readonly name: string;
  readonly output: string;
}

/** How a client of one dialect asks, without any library. */
export interface Client {
  readonly path: (model: string, stream: boolean) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: (model: string, asked: Asked) => JsonObject;
  /** The same conversation with the answer as it came and the results of its calls. */
  readonly followUp: (body: JsonObject, answer: JsonObject, results: readonly Result[]) => JsonObject;
}

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const TOOLS = ['get_weather', 'get-time'];
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const first = (value: Json | undefined): JsonObject => {
  const [head] = list(value);
  return isObject(head) ? head : {};
};

const CHAT: Client = {
  path: () => '/v1/chat/completions',
  body: (model, { prompt, image, tools, thinking, stream }) => ({
    model,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: prompt },
          ...(image ? [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] : []),
        ],
      },
    ],
    ...(tools && {
      tools: TOOLS.map((name) => ({ type: 'function', function: { name, parameters: SCHEMA } })),
    }),
    ...(thinking && { reasoning_effort: 'low' }),
    ...(stream && { stream, stream_options: { include_usage: true } }),
  }),
  followUp: (body, answer, results) => ({
    ...body,
    messages: [
      ...list(body.messages),
      first(answer.choices).message ?? {},
      ...results.map(({ id, output }) => ({ role: 'tool', tool_call_id: id, content: output })),
    ],
  }),
};

const RESPONSES: Client = {
  path: () => '/v1/responses',
  body: (model, { prompt, image, tools, thinking, stream }) => ({
    model,
    store: false,
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: prompt },
          ...(image ? [{ type: 'input_image', image_url: `data:image/png;base64,${image}` }] : []),
        ],
      },
    ],
    ...(tools && {
      tools: TOOLS.map((name) => ({ type: 'function', name, parameters: SCHEMA, strict: false })),
    }),
    ...(thinking && {
      reasoning: { effort: 'low', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
    }),
    ...(stream && { stream }),
  }),
  followUp: (body, answer, results) => ({
    ...body,
    input: [
      ...list(body.input),
      ...list(answer.output),
      ...results.map(({ id, output }) => ({ type: 'function_call_output', call_id: id, output })),
    ],
  }),
};

const MESSAGES: Client = {
  path: () => '/v1/messages',
  headers: { 'anthropic-version': '2023-06-01' },
  body: (model, { prompt, image, tools, thinking, stream }) => ({
    model,
    max_tokens: 4_096,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: prompt },
          ...(image
            ? [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }]
            : []),
        ],
      },
    ],
    ...(tools && { tools: TOOLS.map((name) => ({ name, input_schema: SCHEMA })) }),
    ...(thinking && { thinking: { type: 'enabled', budget_tokens: 1_024 } }),
    ...(stream && { stream }),
  }),
  followUp: (body, answer, results) => ({
    ...body,
    messages: [
      ...list(body.messages),
      { role: 'assistant', content: answer.content ?? [] },
      {
        role: 'user',
        content: results.map(({ id, output }) => ({ type: 'tool_result', tool_use_id: id, content: output })),
      },
    ],
  }),
};

const GEMINI: Client = {
  path: (model, stream) =>
    `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: (_, { prompt, image, tools, thinking }) => ({
    contents: [
      {
        role: 'user',
        parts: [{ text: prompt }, ...(image ? [{ inlineData: { mimeType: 'image/png', data: image } }] : [])],
      },
    ],
    ...(tools && {
      tools: [{ functionDeclarations: TOOLS.map((name) => ({ name, parametersJsonSchema: SCHEMA })) }],
    }),
    ...(thinking && {
      generationConfig: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1_024 } },
    }),
  }),
  followUp: (body, answer, results) => ({
    ...body,
    contents: [
      ...list(body.contents),
      first(answer.candidates).content ?? {},
      {
        role: 'user',
        parts: results.map(({ id, name, output }) => ({
          functionResponse: { ...(id && { id }), name, response: { output } },
        })),
      },
    ],
  }),
};

export const CLIENTS: Readonly<Record<DialectId, Client>> = {
  'openai-chat': CHAT,
  'openai-responses': RESPONSES,
  'anthropic-messages': MESSAGES,
  'gemini-generate': GEMINI,
};
