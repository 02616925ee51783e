import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readBoolean,
  readCacheMark,
  readObject,
  readString,
  refuse,
  requireArray,
  requireObject,
  requireString,
  type Tool,
  type ToolChoice,
} from '@turnpike/protocol';

const TOOL_MEMBERS = new Set(['type', 'function', 'cache_control']);

function nameOf(definition: JsonObject, param: string): string {
  const name = requireString(definition.name, `${param}.name`);
  return name === '' ? refuse(`${param}.name`, 'must not be empty') : name;
}

function decodeFunction(definition: JsonObject, param: string, wrapper: JsonObject): Tool {
  return compact<Tool>({
    kind: 'function',
    name: nameOf(definition, param),
    description: readString(definition.description, `${param}.description`),
    schema: readObject(definition.parameters, `${param}.parameters`),
    strict: readBoolean(definition.strict, `${param}.strict`),
    cache: readCacheMark(wrapper.cache_control ?? definition.cache_control),
    raw: otherMembers(wrapper, TOOL_MEMBERS),
  });
}

function decodeTool(value: Json, param: string): Tool {
  const tool = requireObject(value, param);
  const type = readString(tool.type, `${param}.type`);
  if (type === 'custom') {
    const at = `${param}.custom`;
    const custom = requireObject(tool.custom, at);
    return compact<Tool>({
      kind: 'custom',
      name: nameOf(custom, at),
      description: readString(custom.description, `${at}.description`),
      format: custom.format,
    });
  }
  if (type === undefined || type === 'function')
    return decodeFunction(requireObject(tool.function, `${param}.function`), `${param}.function`, tool);
  return { kind: 'hosted', name: typeof tool.name === 'string' ? tool.name : type, raw: tool };
}

/** `tools`, and `functions` of the old form. */
export function decodeTools(body: JsonObject): Tool[] {
  const tools = (readArray(body.tools, 'tools') ?? []).map((tool, i) => decodeTool(tool, `tools[${i}]`));
  const functions = (readArray(body.functions, 'functions') ?? []).map((fn, i) =>
    decodeFunction(requireObject(fn, `functions[${i}]`), `functions[${i}]`, {}),
  );
  return [...tools, ...functions];
}

const WORDS: Readonly<Record<string, ToolChoice>> = {
  auto: { kind: 'auto' },
  none: { kind: 'none' },
  required: { kind: 'any' },
  any: { kind: 'any' },
};

function decodeAllowed(choice: JsonObject): ToolChoice {
  const at = 'tool_choice.allowed_tools';
  const allowed = requireObject(choice.allowed_tools, at);
  const names = requireArray(allowed.tools, `${at}.tools`).map((entry, i) => {
    const tool = requireObject(entry, `${at}.tools[${i}]`);
    const named = isObject(tool.function) ? tool.function : isObject(tool.custom) ? tool.custom : tool;
    return requireString(named.name, `${at}.tools[${i}].name`);
  });
  return { kind: 'allowed', names, mode: allowed.mode === 'required' ? 'any' : 'auto' };
}

/** `tool_choice`, or `function_call` of the old form. */
export function decodeToolChoice(body: JsonObject): ToolChoice | undefined {
  const legacy = body.tool_choice === undefined || body.tool_choice === null;
  const value = legacy ? body.function_call : body.tool_choice;
  const param = legacy ? 'function_call' : 'tool_choice';
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string')
    return Object.hasOwn(WORDS, value)
      ? WORDS[value]
      : refuse(param, 'must be "auto", "none", "required" or an object that names a tool');
  const choice = requireObject(value, param);
  if (choice.type === 'allowed_tools') return decodeAllowed(choice);
  const named = isObject(choice.function)
    ? choice.function
    : isObject(choice.custom)
      ? choice.custom
      : choice;
  if (typeof named.name === 'string') return { kind: 'tool', name: named.name };
  if (typeof choice.type === 'string' && choice.type !== 'function')
    return { kind: 'tool', name: choice.type };
  return refuse(param, 'must name a tool: {"type": "function", "function": {"name": "..."}}');
}
