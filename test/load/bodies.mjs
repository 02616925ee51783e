/** Requests shaped like a coding agent's: a long system prompt, tools, turns with code. */
const CODE =
  'export function add(a: number, b: number): number {\n  return a + b; // "quoted" \\ and\ttabbed\n}\n';
const tool = (i) => ({
  name: `tool_${i}`,
  description: `Reads file number ${i}.`,
  parameters: {
    type: 'object',
    properties: { path: { type: 'string' }, limit: { type: 'integer' } },
    required: ['path'],
  },
});

const fill = (bytes) => CODE.repeat(Math.max(0, Math.ceil(bytes / CODE.length))).slice(0, Math.max(0, bytes));

/** A chat body of about `bytes`; small ones have no tools. */
export function chatBody({ model, bytes, stream = false, maxTokens = 100 }) {
  const tools =
    bytes > 10_000
      ? Array.from({ length: 12 }, (_, i) => ({ type: 'function', function: tool(i) }))
      : undefined;
  const make = (text) => {
    const turns = Math.max(1, Math.min(40, Math.floor(text.length / 2_000)));
    const size = Math.ceil(text.length / turns);
    const messages = Array.from({ length: turns }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: text.slice(i * size, (i + 1) * size) || 'x',
    }));
    return JSON.stringify({
      model,
      messages: [{ role: 'system', content: 'You are a careful engineer.' }, ...messages],
      max_tokens: maxTokens,
      ...(tools ? { tools } : {}),
      ...(stream ? { stream: true } : {}),
    });
  };
  const empty = make('x').length;
  return Buffer.from(make(fill(bytes - empty)));
}

const SYSTEM = 'You are a careful engineer.';

/** The same intent, without tools, in each dialect. */
const SHAPES = {
  chat: ({ model, text, stream, maxTokens }) => ({
    model,
    messages: [
      { role: 'system', content: SYSTEM },
      { role: 'user', content: text },
    ],
    max_tokens: maxTokens,
    ...(stream ? { stream: true } : {}),
  }),
  messages: ({ model, text, stream, maxTokens }) => ({
    model,
    max_tokens: maxTokens,
    system: SYSTEM,
    messages: [{ role: 'user', content: text }],
    ...(stream ? { stream: true } : {}),
  }),
  responses: ({ model, text, stream, maxTokens }) => ({
    model,
    instructions: SYSTEM,
    input: [{ role: 'user', content: text }],
    max_output_tokens: maxTokens,
    store: false,
    ...(stream ? { stream: true } : {}),
  }),
  gemini: ({ text, maxTokens }) => ({
    systemInstruction: { parts: [{ text: SYSTEM }] },
    contents: [{ role: 'user', parts: [{ text }] }],
    generationConfig: { maxOutputTokens: maxTokens },
  }),
};

/** A body of about `bytes` in a dialect. */
export function bodyOf(dialect, { model, bytes, stream = false, maxTokens = 100 }) {
  const make = (text) => JSON.stringify(SHAPES[dialect]({ model, text, stream, maxTokens }));
  return Buffer.from(make(fill(bytes - make('').length)));
}

/** Where a dialect's calls go. */
export const pathOf = (dialect, { model, stream = false }) =>
  ({
    chat: '/v1/chat/completions',
    messages: '/v1/messages',
    responses: '/v1/responses',
    gemini: `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  })[dialect];
