import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readBoolean,
  readObject,
  readString,
  refuse,
  requireArray,
  requireObject,
  requireString,
  type Tool,
  type ToolChoice,
} from '@turnpike/protocol';

const FUNCTION_MEMBERS = new Set(['type', 'name', 'description', 'parameters', 'strict', 'function']);
const CUSTOM_MEMBERS = new Set(['type', 'name', 'description', 'format']);

function nameOf(definition: JsonObject, param: string): string {
  const name = requireString(definition.name, `${param}.name`);
  return name === '' ? refuse(`${param}.name`, 'must not be empty') : name;
}

/** Flat here; the nested form of the Chat API is understood as well. */
function decodeFunction(tool: JsonObject, param: string): Tool {
  const definition = isObject(tool.function) ? tool.function : tool;
  return compact<Tool>({
    kind: 'function',
    name: nameOf(definition, param),
    description: readString(definition.description, `${param}.description`),
    schema: readObject(definition.parameters, `${param}.parameters`),
    strict: readBoolean(definition.strict, `${param}.strict`),
    raw: otherMembers(tool, FUNCTION_MEMBERS),
  });
}

/** A grammar as the Chat API nests it, which is our own form: `{type: "grammar", grammar: {definition, syntax}}`. */
function decodeFormat(value: Json | undefined): Json | undefined {
  if (!isObject(value) || value.type !== 'grammar' || isObject(value.grammar)) return value;
  const { type, ...grammar } = value;
  return { type, grammar };
}

const decodeCustom = (tool: JsonObject, param: string): Tool =>
  compact<Tool>({
    kind: 'custom',
    name: nameOf(tool, param),
    description: readString(tool.description, `${param}.description`),
    format: decodeFormat(tool.format),
    raw: otherMembers(tool, CUSTOM_MEMBERS),
  });

function decodeNamespace(tool: JsonObject, param: string): Tool[] {
  const namespace = nameOf(tool, param);
  const namespaceDescription = readString(tool.description, `${param}.description`);
  return decodeToolList(tool.tools, `${param}.tools`).map((inner) =>
    inner.kind === 'hosted' ? inner : compact<Tool>({ ...inner, namespace, namespaceDescription }),
  );
}

function decodeTool(value: Json, param: string): Tool[] {
  const tool = requireObject(value, param);
  const type = readString(tool.type, `${param}.type`);
  switch (type) {
    case undefined:
    case 'function':
      return [decodeFunction(tool, param)];
    case 'custom':
      return [decodeCustom(tool, param)];
    case 'namespace':
      return decodeNamespace(tool, param);
    default:
      return [{ kind: 'hosted', name: type, raw: tool }];
  }
}

/** Definitions as `tools`, namespaces and `additional_tools` items list them. */
export const decodeToolList = (value: Json | undefined, param: string): Tool[] =>
  (readArray(value, param) ?? []).flatMap((tool, i) => decodeTool(tool, `${param}[${i}]`));

const WORDS: Readonly<Record<string, ToolChoice>> = {
  auto: { kind: 'auto' },
  none: { kind: 'none' },
  required: { kind: 'any' },
};

/** A choice names a tool of the client's, or a hosted one by its type. */
function referredName(choice: JsonObject, param: string): string {
  const named = isObject(choice.function) ? choice.function : choice;
  if (typeof named.name === 'string' && named.name !== '') return named.name;
  if (typeof choice.type === 'string' && choice.type !== 'function' && choice.type !== 'custom')
    return choice.type;
  return refuse(param, 'must name a tool: {"type": "function", "name": "..."}');
}

export function decodeToolChoice(body: JsonObject): ToolChoice | undefined {
  const { tool_choice: value } = body;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string')
    return Object.hasOwn(WORDS, value)
      ? WORDS[value]
      : refuse('tool_choice', 'must be "auto", "none", "required" or an object that names a tool');
  const choice = requireObject(value, 'tool_choice');
  if (choice.type !== 'allowed_tools') return { kind: 'tool', name: referredName(choice, 'tool_choice') };
  const names = requireArray(choice.tools, 'tool_choice.tools').map((entry, i) => {
    const at = `tool_choice.tools[${i}]`;
    return referredName(requireObject(entry, at), at);
  });
  return { kind: 'allowed', names, mode: choice.mode === 'required' ? 'any' : 'auto' };
}
