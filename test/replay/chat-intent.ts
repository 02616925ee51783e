import { isObject, type Json, type JsonObject } from '@turnpike/kernel';

const objectsOf = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

const joined = (blocks: readonly JsonObject[]): string =>
  blocks
    .map((block) => textOf(block.text) || (block.json === undefined ? '' : JSON.stringify(block.json)))
    .join('');

/** One turn of Converse: results first, then what was said and called. */
function fromConverseTurn(turn: JsonObject): JsonObject[] {
  const blocks = objectsOf(turn.content);
  const results = blocks
    .map((block) => objectOf(block.toolResult))
    .filter((result) => textOf(result.toolUseId) !== '')
    .map((result) => ({
      role: 'tool',
      tool_call_id: textOf(result.toolUseId),
      content: joined(objectsOf(result.content)),
    }));
  const calls = blocks
    .map((block) => objectOf(block.toolUse))
    .filter((call) => textOf(call.name) !== '')
    .map((call) => ({
      id: textOf(call.toolUseId),
      type: 'function',
      function: { name: textOf(call.name), arguments: JSON.stringify(call.input ?? {}) },
    }));
  const content = joined(blocks);
  if (content === '' && calls.length === 0) return results;
  const said = { role: textOf(turn.role), content, ...(calls.length > 0 && { tool_calls: calls }) };
  return [...results, said];
}

function fromConverse(body: JsonObject): JsonObject {
  const tools = objectsOf(objectOf(body.toolConfig).tools).map((tool) => objectOf(tool.toolSpec));
  const system = joined(objectsOf(body.system));
  const { maxTokens, temperature, topP, stopSequences } = objectOf(body.inferenceConfig);
  return {
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...objectsOf(body.messages).flatMap(fromConverseTurn),
    ],
    tools: tools
      .filter((tool) => textOf(tool.name) !== '')
      .map(({ name, description, inputSchema }) => ({
        type: 'function',
        function: { name, description, parameters: objectOf(inputSchema).json },
      })),
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    stop: stopSequences,
  };
}

const fromCohere = ({
  messages,
  tools,
  max_tokens,
  temperature,
  p,
  stop_sequences,
}: JsonObject): JsonObject => ({
  messages,
  tools,
  max_tokens,
  temperature,
  top_p: p,
  stop: stop_sequences,
});

/** Images are bare base64 there, and calls have neither ids nor arguments as text. */
function fromOllama({ messages, tools, options }: JsonObject): JsonObject {
  const { temperature, top_p, num_predict, stop } = objectOf(options);
  const turns = objectsOf(messages).map(({ role, content, tool_calls, tool_name }, i) => ({
    role,
    content,
    ...(role === 'tool' && { tool_call_id: textOf(tool_name) || `call_${i}` }),
    ...(Array.isArray(tool_calls) && {
      tool_calls: objectsOf(tool_calls).map((call) => {
        const { name, arguments: args } = objectOf(call.function);
        const id = textOf(call.id) || textOf(name);
        return { id, type: 'function', function: { name, arguments: JSON.stringify(args ?? {}) } };
      }),
    }),
  }));
  return { messages: turns, tools, max_tokens: num_predict, temperature, top_p, stop };
}

const FROM: Readonly<Record<string, (body: JsonObject) => JsonObject>> = {
  'bedrock-converse': fromConverse,
  'cohere-chat': fromCohere,
  'ollama-chat': fromOllama,
};

/** A request of a wire that is no front door, as a Chat body: enough of it to be the same intent. Undefined: there is none. */
export function toChatIntent(dialect: string, body: JsonObject): JsonObject | undefined {
  const chat = FROM[dialect]?.(body);
  if (!chat || objectsOf(chat.messages).length === 0) return undefined;
  const told = Object.entries(chat).filter(([name, value]) =>
    name === 'tools' ? objectsOf(value).length > 0 : value !== undefined && value !== null,
  );
  return Object.fromEntries(told);
}
