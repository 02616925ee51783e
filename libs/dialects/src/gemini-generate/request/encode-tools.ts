import { isObject, type JsonObject } from '@turnpike/kernel';
import { compact, indexTools, type Tool } from '@turnpike/protocol';
import { dropToolMembers } from '../../foreign/tool-members';
import { checkSearch, searchesWeb, translateHosted, type WebSearch } from '../../foreign/web-search';
import { CUSTOM_TOOL_SCHEMA, customDescription, toObjectSchema } from '../../schema';
import { VENDOR } from '../gemini-id';
import { toClassicSchema } from './classic-schema';
import { nativeMembers, type GeminiEncoding } from './gemini-encoding';
import { checkForced, onlyNamed } from '../../foreign/tool-choice';

/** A tool without arguments has no schema at all: one without properties is refused. */
const isBare = (schema: JsonObject): boolean =>
  (!isObject(schema.properties) || Object.keys(schema.properties).length === 0) &&
  (schema.additionalProperties === undefined || schema.additionalProperties === false) &&
  schema.anyOf === undefined;

function schemaMember(tool: Tool, encoding: GeminiEncoding): JsonObject {
  const custom = tool.kind === 'custom';
  const schema = custom ? CUSTOM_TOOL_SCHEMA : toObjectSchema(tool.schema);
  const native = nativeMembers(tool.raw, encoding);
  if (isObject(native?.parameters)) return { parameters: native.parameters };
  if (encoding.capabilities.jsonSchema !== false)
    return isBare(schema) ? {} : { parametersJsonSchema: schema };
  const classic = toClassicSchema(schema);
  return isObject(classic.properties) ? { parameters: classic } : {};
}

function encodeTool(tool: Tool, encoding: GeminiEncoding): JsonObject {
  const custom = tool.kind === 'custom';
  if (!encoding.sameDialect) dropToolMembers(tool, encoding.losses);
  const description = custom ? customDescription(tool.description, tool.format) : tool.description;
  return compact<JsonObject>({
    name: encoding.names.wireName(tool),
    description: description || undefined,
    ...nativeMembers(tool.raw, encoding),
    ...schemaMember(tool, encoding),
  });
}

/** A search beside functions leaves parts in the conversation that no other client can send back. */
function writeSearch(search: WebSearch, encoding: GeminiEncoding): JsonObject | undefined {
  const { request, capabilities, target, losses } = encoding;
  const alone = request.tools.every((tool) => tool.kind === 'hosted');
  if (!alone || !searchesWeb({ capabilities, target }, target.vendor === 'vertex' ? 'vertex' : VENDOR))
    return undefined;
  checkSearch(search, [], losses);
  return { googleSearch: {} };
}

/** Tools that can be sent: of other vendors' hosted ones a search of the web, and of one name the first. */
function sendableTools(encoding: GeminiEncoding): Tool[] {
  const { losses, names } = encoding;
  const seen = new Set<string>();
  return translateHosted(encoding, (search) => writeSearch(search, encoding)).filter((tool) => {
    if (tool.kind === 'hosted') return true;
    const name = names.wireName(tool);
    if (seen.has(name)) losses.dropped('duplicate_tool');
    return seen.has(name) ? false : seen.add(name);
  });
}

/** Allowing a few is native beside a forced call alone. */
function allowedTools(tools: readonly Tool[], encoding: GeminiEncoding): readonly Tool[] {
  const { toolChoice: choice } = encoding.request;
  if (choice?.kind !== 'allowed' || choice.mode === 'any' || encoding.sameDialect) return tools;
  encoding.losses.add('filtered:tools');
  return onlyNamed(tools, choice.names);
}

function callingConfig(tools: readonly Tool[], encoding: GeminiEncoding): JsonObject | undefined {
  const { toolChoice: choice } = encoding.request;
  const index = indexTools(tools);
  const wire = (name: string): string => encoding.names.wireName(index.get(name) ?? { name });
  switch (choice?.kind) {
    case undefined:
      return undefined;
    case 'auto':
      return { mode: 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'any':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [wire(choice.name)] };
    case 'allowed': {
      const allowedFunctionNames = choice.names.filter((name) => index.has(name)).map(wire);
      if (choice.mode === 'any') return { mode: 'ANY', allowedFunctionNames };
      return encoding.sameDialect ? { mode: 'VALIDATED', allowedFunctionNames } : { mode: 'AUTO' };
    }
  }
}

/** `tools` and `toolConfig`. */
export function encodeTools(encoding: GeminiEncoding): JsonObject {
  const { request, losses, sameDialect } = encoding;
  const native = sameDialect && isObject(request.native.toolConfig) ? request.native.toolConfig : undefined;
  const sendable = sendableTools(encoding);
  if (request.toolChoice && request.tools.length > 0) checkForced(sendable, request.toolChoice, encoding);
  const tools = allowedTools(sendable, encoding);
  if (tools.length === 0) return native ? { toolConfig: native } : {};
  if (request.parallelTools === false) losses.dropped('parallel_tool_calls');
  const declared = tools.filter((tool) => tool.kind !== 'hosted');
  const hosted = tools.flatMap((tool) => (tool.kind === 'hosted' ? [tool.raw ?? {}] : []));
  const functionDeclarations = declared.map((tool) => encodeTool(tool, encoding));
  const calling = declared.length > 0 ? callingConfig(declared, encoding) : undefined;
  const { toolChoice } = request;
  if (declared.length === 0 && (toolChoice?.kind === 'any' || toolChoice?.kind === 'tool'))
    losses.dropped('tool_choice');
  return compact<JsonObject>({
    tools: [...(functionDeclarations.length > 0 ? [{ functionDeclarations }] : []), ...hosted],
    toolConfig: native ?? (calling && { functionCallingConfig: calling }),
  });
}
