import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { hasUndefined } from './has-undefined';

/** What a strict native Ollama server refuses or would misread, written from its reference and not from our encoder. */
const MEMBERS = new Set('model messages tools format options stream think'.split(' '));
const OPTIONS = new Set(
  'num_ctx num_predict temperature top_p top_k presence_penalty frequency_penalty seed stop'.split(' '),
);
const MESSAGE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content', 'images'],
  assistant: ['role', 'content', 'thinking', 'tool_calls'],
  tool: ['role', 'content', 'tool_name'],
};
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

function* shapeProblems(message: JsonObject, at: string): Iterable<string> {
  const members = MESSAGE_MEMBERS[String(message.role)];
  if (!members) yield `${at} has an unknown role`;
  else if (Object.keys(message).some((name) => !members.includes(name))) yield `${at} has odd members`;
  if (typeof message.content !== 'string') yield `${at}.content is no text`;
  const { images } = message;
  if (images === undefined) return;
  if (!Array.isArray(images) || images.length === 0) yield `${at}.images is empty`;
  else if (images.some((image) => !/^[A-Za-z0-9+/]+={0,2}$/.test(String(image))))
    yield `${at} has an image that is not bare base64`;
}

/** Results belong to the calls before them by name and by order. */
function* messageProblems(body: JsonObject): Iterable<string> {
  const messages = list(body.messages);
  if (messages.length === 0) yield 'messages is empty';
  let open: string[] = [];
  for (const [i, message] of messages.entries()) {
    const at = `messages[${i}]`;
    yield* shapeProblems(message, at);
    if (open.length > 0 && message.role !== 'tool') yield `${at} comes before the results of its calls`;
    if (message.role === 'tool' && open.shift() !== message.tool_name) yield `${at} answers another call`;
    if (message.role !== 'assistant') continue;
    for (const call of list(message.tool_calls)) {
      const fn = isObject(call.function) ? call.function : {};
      if (!NAME.test(String(fn.name)) || !isObject(fn.arguments)) yield `${at} has an odd call`;
      if (Object.keys(call).length > 1) yield `${at} has a call with odd members`;
    }
    open = list(message.tool_calls).map((call) => String(isObject(call.function) ? call.function.name : ''));
  }
  if (open.length > 0) yield 'calls without results at the end';
}

function* toolProblems(body: JsonObject): Iterable<string> {
  if (body.tools === undefined) return;
  const functions = list(body.tools).map((tool) => (isObject(tool.function) ? tool.function : {}));
  if (functions.length === 0) yield 'tools is empty';
  if (body.format !== undefined) yield 'a format beside tools';
  if (!functions.every((fn) => NAME.test(String(fn.name)))) yield 'a tool with an illegal name';
  if (new Set(functions.map((fn) => fn.name)).size !== functions.length) yield 'two tools of one name';
  if (!functions.every((fn) => isObject(fn.parameters) && fn.parameters.type === 'object'))
    yield 'parameters that are no object';
}

function* paramProblems(body: JsonObject): Iterable<string> {
  for (const [name, value] of Object.entries(body)) {
    if (hasUndefined(value)) yield `${name} holds undefined`;
    if (!MEMBERS.has(name)) yield `unknown member ${name}`;
  }
  // Silence means that it streams.
  if (typeof body.stream !== 'boolean') yield 'stream is left open';
  const { options, format, think } = body;
  if (options !== undefined && (!isObject(options) || Object.keys(options).length === 0))
    yield 'empty options';
  if (isObject(options))
    for (const name of Object.keys(options)) if (!OPTIONS.has(name)) yield `unknown option ${name}`;
  if (format !== undefined && format !== 'json' && !isObject(format)) yield 'an unknown format';
  if (think !== undefined && typeof think !== 'boolean' && !/^(low|medium|high)$/.test(String(think)))
    yield 'an unknown way to think';
}

/** Every reason why the server would answer 400, or answer something else than was asked. */
export const ollamaProblems = (body: JsonObject): string[] => [
  ...paramProblems(body),
  ...toolProblems(body),
  ...messageProblems(body),
];
