import type { ServerResponse } from 'node:http';

const chunk = (delta: object, finish: string | null = null, over: object = {}): string =>
  `data: ${JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm1',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...over,
  })}\n\n`;

export const ROLE = chunk({ role: 'assistant', content: '' });
export const TEXT = (text: string): string => chunk({ content: text });
export const FINISH = chunk({}, 'stop');
export const USAGE = `data: ${JSON.stringify({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm1',
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
})}\n\n`;
export const DONE = 'data: [DONE]\n\n';

/** A whole stream of one text. */
export const streamOf = (text: string): string[] => [ROLE, TEXT(text), FINISH, USAGE, DONE];

export const wholeOf = (text: string, usage: object = {}): string =>
  JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'm1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, ...usage },
  });

export function openStream(response: ServerResponse, type = 'text/event-stream'): void {
  response.writeHead(200, { 'content-type': type });
  response.flushHeaders();
}

export function answerStream(response: ServerResponse, events: readonly string[]): void {
  openStream(response);
  response.end(events.join(''));
}

export function answerJson(
  response: ServerResponse,
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

export const errorBody = (message: string, code: string | null = null, type = 'server_error'): string =>
  JSON.stringify({ error: { message, type, param: null, code } });
