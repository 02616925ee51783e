import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { hasUndefined } from './has-undefined';

/** What a strict Responses server refuses, written from its rules and not from our encoder. */
const MEMBERS = new Set(
  'model input instructions stream max_output_tokens temperature top_p tools tool_choice parallel_tool_calls reasoning text store include metadata user safety_identifier prompt_cache_key prompt_cache_retention truncation service_tier stream_options top_logprobs max_tool_calls client_metadata'.split(
    ' ',
  ),
);
const ROLES = new Set(['user', 'assistant', 'system', 'developer']);
const INPUT_PARTS = new Set(['input_text', 'input_image', 'input_file']);
const OUTPUT_PARTS = new Set(['output_text', 'refusal']);
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const isText = (value: Json | undefined): value is string => typeof value === 'string';

function* partProblems(parts: Json | undefined, allowed: ReadonlySet<string>, at: string): Iterable<string> {
  if (isText(parts)) return;
  if (!Array.isArray(parts) || parts.length === 0) yield `${at} has no content`;
  for (const part of list(parts)) {
    if (!isText(part.type) || !allowed.has(part.type)) yield `${at} holds ${String(part.type)}`;
    if (/_text$/.test(isText(part.type) ? part.type : '') && !isText(part.text))
      yield `${at} has text without text`;
    if (part.type === 'input_image' && !isText(part.image_url) && !isText(part.file_id))
      yield `${at} has an image that is no string`;
  }
}

function* messageProblems(item: JsonObject, at: string): Iterable<string> {
  if (!isText(item.role) || !ROLES.has(item.role)) yield `${at} has an unknown role`;
  yield* partProblems(item.content, item.role === 'assistant' ? OUTPUT_PARTS : INPUT_PARTS, at);
}

function* callProblems(item: JsonObject, calls: Map<string, string>, at: string): Iterable<string> {
  const id = isText(item.call_id) ? item.call_id : '';
  if (id === '' || id.length > 64) yield `${at} has an odd call_id`;
  if (calls.has(id)) yield `${at} repeats a call_id`;
  if (!isText(item.name) || !NAME.test(item.name)) yield `${at} has an odd name`;
  if (!isText(item.type === 'custom_tool_call' ? item.input : item.arguments)) yield `${at} has no arguments`;
  calls.set(id, `${item.type as string}_output`);
}

function* outputProblems(item: JsonObject, open: Map<string, string>, at: string): Iterable<string> {
  const id = isText(item.call_id) ? item.call_id : '';
  if (open.get(id) !== item.type) yield `${at} answers no call`;
  open.set(id, 'answered');
  if (Array.isArray(item.output) && item.output.length > 0) yield* partProblems(item.output, INPUT_PARTS, at);
  else if (!isText(item.output)) yield `${at} has no output`;
}

function* inputProblems(body: JsonObject): Iterable<string> {
  const calls = new Map<string, string>();
  const items = list(body.input);
  if (items.length === 0) yield 'input is empty';
  for (const [i, item] of items.entries()) {
    const at = `input[${i}]`;
    if ('id' in item) yield `${at} names an item that is not stored`;
    if (item.type === 'message') yield* messageProblems(item, at);
    else if (item.type === 'function_call' || item.type === 'custom_tool_call')
      yield* callProblems(item, calls, at);
    else if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output')
      yield* outputProblems(item, calls, at);
    else if (item.type === 'reasoning') {
      if (!Array.isArray(item.summary) || !isText(item.encrypted_content))
        yield `${at} is reasoning without proof`;
      if (items[i + 1] === undefined || items[i + 1]?.role === 'user')
        yield `${at} is reasoning without its item`;
    } else yield `${at} is of unknown type`;
  }
  for (const [id, state] of calls) if (state !== 'answered') yield `no output for call ${id}`;
}

function* toolProblems(body: JsonObject): Iterable<string> {
  if (body.tools === undefined) {
    if (body.tool_choice !== undefined) yield 'tool_choice without tools';
    if (body.parallel_tool_calls !== undefined) yield 'parallel_tool_calls without tools';
    return;
  }
  const tools = list(body.tools);
  if (tools.length === 0) yield 'tools is empty';
  const names = tools.map((tool) => (isText(tool.name) ? tool.name : ''));
  if (!names.every((name) => NAME.test(name))) yield 'a tool with an illegal name';
  if (new Set(names).size !== names.length) yield 'two tools of one name';
  for (const tool of tools)
    if (tool.type === 'function' && !isObject(tool.parameters)) yield 'a function without parameters';
}

const between = (value: Json | undefined, min: number, max: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= min && value <= max);

function* paramProblems(body: JsonObject): Iterable<string> {
  for (const [name, value] of Object.entries(body)) {
    if (hasUndefined(value)) yield `${name} holds undefined`;
    if (!MEMBERS.has(name)) yield `unknown member ${name}`;
  }
  if (!between(body.temperature, 0, 2) || !between(body.top_p, 0, 1)) yield 'sampling out of range';
  if (!between(body.max_output_tokens, 16, 1e9)) yield 'cap out of range';
  if (isText(body.safety_identifier) && body.safety_identifier.length > 64)
    yield 'safety_identifier is too long';
}

/** Every reason why the server would answer 400. */
export const responsesProblems = (body: JsonObject): string[] => [
  ...paramProblems(body),
  ...toolProblems(body),
  ...inputProblems(body),
];
