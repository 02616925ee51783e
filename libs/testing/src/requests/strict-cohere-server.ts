import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { hasUndefined } from './has-undefined';

/** What a strict Cohere server (chat, version 2) refuses, written from the vendor's reference and not from our encoder. */
const MEMBERS = new Set(
  'model messages stream tools strict_tools documents citation_options response_format safety_mode max_tokens stop_sequences temperature seed frequency_penalty presence_penalty k p logprobs tool_choice thinking'.split(
    ' ',
  ),
);
const MESSAGE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'tool_plan'],
  tool: ['role', 'tool_call_id', 'content'],
};
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function* contentProblems(message: JsonObject, at: string): Iterable<string> {
  const { content, role, tool_calls } = message;
  if (role === 'assistant' && content === undefined && tool_calls !== undefined) return;
  if (typeof content === 'string') {
    if (content.trim() === '') yield `${at} says nothing`;
    return;
  }
  if (list(content).length === 0) yield `${at}.content is neither text nor parts`;
  for (const part of list(content)) {
    if (part.type === 'text' && typeof part.text === 'string') continue;
    const url = isObject(part.image_url) ? part.image_url.url : undefined;
    if (role !== 'user' || part.type !== 'image_url' || !/^(data:image|https?:)/.test(String(url)))
      yield `${at} has an odd part`;
  }
}

function* callProblems(message: JsonObject, at: string): Iterable<string> {
  const { tool_calls, tool_plan, content } = message;
  if (tool_plan !== undefined && (typeof tool_plan !== 'string' || tool_calls === undefined))
    yield `${at} has a plan without calls`;
  if (tool_calls === undefined) return;
  if (list(tool_calls).length === 0) yield `${at}.tool_calls is empty`;
  if (content !== undefined) yield `${at} has content beside calls`;
  for (const call of list(tool_calls)) {
    const fn = isObject(call.function) ? call.function : {};
    if (typeof call.id !== 'string' || call.type !== 'function') yield `${at} has an odd call`;
    if (!NAME.test(String(fn.name))) yield `${at} has a call with an odd name`;
    if (typeof fn.arguments !== 'string') yield `${at} has a call without arguments`;
  }
}

function* messageProblems(body: JsonObject): Iterable<string> {
  const open = new Set<Json | undefined>();
  const messages = list(body.messages);
  if (messages.length === 0) yield 'messages is empty';
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`;
    const members = MESSAGE_MEMBERS[String(message.role)];
    if (!members) yield `${at} has an unknown role`;
    else if (Object.keys(message).some((name) => !members.includes(name))) yield `${at} has odd members`;
    if (open.size > 0 && message.role !== 'tool') yield `${at} comes before the results of its calls`;
    if (message.role === 'tool' && !open.delete(message.tool_call_id)) yield `${at} answers no call`;
    yield* contentProblems(message, at);
    yield* callProblems(message, at);
    for (const call of list(message.tool_calls)) {
      if (open.has(call.id)) yield `${at} repeats a call id`;
      open.add(call.id);
    }
  }
  if (open.size > 0) yield 'calls without results at the end';
  if (messages.at(-1)?.role === 'assistant') yield 'the assistant speaks last';
}

function* toolProblems(body: JsonObject): Iterable<string> {
  if (body.tools === undefined) {
    if (body.tool_choice !== undefined) yield 'tool_choice without tools';
    return;
  }
  const tools = list(body.tools);
  if (tools.length === 0) yield 'tools is empty';
  if (body.tool_choice !== undefined && body.tool_choice !== 'REQUIRED' && body.tool_choice !== 'NONE')
    yield 'an unknown choice';
  if (body.response_format !== undefined) yield 'a format beside tools';
  const functions = tools.map((tool) => (isObject(tool.function) ? tool.function : {}));
  if (!functions.every((fn) => NAME.test(String(fn.name)))) yield 'a tool with an illegal name';
  if (new Set(functions.map((fn) => fn.name)).size !== tools.length) yield 'two tools of one name';
  if (!functions.every((fn) => isObject(fn.parameters) && fn.parameters.type === 'object'))
    yield 'parameters that are no object';
}

const between = (value: Json | undefined, min: number, max: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= min && value <= max);

function* paramProblems(body: JsonObject): Iterable<string> {
  for (const [name, value] of Object.entries(body)) {
    if (hasUndefined(value)) yield `${name} holds undefined`;
    if (!MEMBERS.has(name)) yield `unknown member ${name}`;
  }
  if (!between(body.temperature, 0, 1) || !between(body.p, 0.01, 0.99) || !between(body.k, 0, 500))
    yield 'sampling out of range';
  if (!between(body.frequency_penalty, 0, 1) || !between(body.presence_penalty, 0, 1))
    yield 'penalty out of range';
  if (!between(body.max_tokens, 1, 1e9)) yield 'cap out of range';
  if (!between(body.seed, 0, 1e18)) yield 'seed out of range';
  if (Array.isArray(body.stop_sequences) && body.stop_sequences.length > 5) yield 'too many stops';
  const { thinking, response_format: format } = body;
  if (isObject(thinking) && !between(thinking.token_budget, 1, 1e9)) yield 'budget out of range';
  if (format === undefined) return;
  const members = isObject(format) ? Object.keys(format) : [];
  if (!isObject(format) || members.some((name) => name !== 'type' && name !== 'schema'))
    yield 'an odd format';
  else if (format.type !== 'json_object') yield 'a format of another type';
  else if (isObject(format.schema) && format.schema.type !== 'object') yield 'a format that is no object';
}

/** Every reason why the server would answer 400. */
export const cohereProblems = (body: JsonObject): string[] => [
  ...paramProblems(body),
  ...toolProblems(body),
  ...messageProblems(body),
];
