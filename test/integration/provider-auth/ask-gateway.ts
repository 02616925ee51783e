import type { DataPlaneFixture } from '../gateway/open-data-plane';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const CHAT = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
export const MESSAGES = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
export const GEMINI = { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] };

/** One call of a client with the fixture's own key. */
export async function askGateway(
  plane: DataPlaneFixture,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const answer = await fetch(plane.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${plane.key}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Whole answers of the vendors' wires, as short as they may be. */
export const ANSWERS = {
  gemini: {
    candidates: [{ content: { role: 'model', parts: [{ text: 'hello' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  },
  chat: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'x',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  },
  messages: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'x',
    content: [{ type: 'text', text: 'hello' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 2 },
  },
  converse: {
    output: { message: { role: 'assistant', content: [{ text: 'hello' }] } },
    stopReason: 'end_turn',
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 1 },
  },
} as const;
