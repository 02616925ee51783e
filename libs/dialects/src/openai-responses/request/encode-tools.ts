import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, indexTools, type Tool } from '@turnpike/protocol';
import { dropToolMembers } from '../../foreign/tool-members';
import { checkSearch, searchesWeb, translateHosted, type WebSearch } from '../../foreign/web-search';
import { CUSTOM_TOOL_SCHEMA, customDescription, isStrictSchema } from '../../schema';
import { VENDOR } from '../responses-name';
import { chooseTools, encodeChoice } from './encode-choice';
import { wireName, type ResponsesEncoding } from './responses-encoding';

/** Tool members of the body, and a system line where a rule about tools has no member. */
export interface EncodedTools {
  readonly members: JsonObject;
  readonly instruction?: string;
}

/** This dialect closes schemas by default: a client of another has not asked for that. */
function strictOf(tool: Tool, { sameDialect, losses }: ResponsesEncoding): boolean | undefined {
  if (sameDialect) return tool.strict;
  if (tool.strict !== true) return false;
  if (tool.schema && isStrictSchema(tool.schema)) return true;
  losses.dropped('strict');
  return false;
}

const emptySchema = (): JsonObject => ({ type: 'object', properties: {} });

function nativeMembers(tool: Tool, { sameDialect, losses }: ResponsesEncoding): JsonObject | undefined {
  if (sameDialect) return tool.raw;
  dropToolMembers(tool, losses);
  return undefined;
}

function encodeFunction(tool: Tool, encoding: ResponsesEncoding): JsonObject {
  const emulated = tool.kind === 'custom';
  return compact<JsonObject>({
    type: 'function',
    name: wireName(tool, encoding),
    description:
      (emulated ? customDescription(tool.description, tool.format) : tool.description) || undefined,
    parameters: emulated ? CUSTOM_TOOL_SCHEMA : (tool.schema ?? emptySchema()),
    strict: emulated ? false : strictOf(tool, encoding),
    ...nativeMembers(tool, encoding),
  });
}

/** A grammar lies flat in this dialect. */
function encodeFormat(format: Json | undefined): Json | undefined {
  if (!isObject(format) || !isObject(format.grammar)) return format;
  return { type: 'grammar', ...format.grammar };
}

function encodeTool(tool: Tool, encoding: ResponsesEncoding): JsonObject {
  if (tool.kind === 'hosted') return tool.raw ?? {};
  if (tool.kind !== 'custom' || !encoding.customTools) return encodeFunction(tool, encoding);
  return compact<JsonObject>({
    type: 'custom',
    name: wireName(tool, encoding),
    description: tool.description,
    format: encodeFormat(tool.format),
    ...nativeMembers(tool, encoding),
  });
}

function writeSearch(search: WebSearch, encoding: ResponsesEncoding): JsonObject | undefined {
  if (!searchesWeb(encoding, VENDOR)) return undefined;
  const { allowedDomains, contextSize, place } = search;
  checkSearch(search, ['allowedDomains', 'contextSize', 'place'], encoding.losses);
  return compact<JsonObject>({
    type: 'web_search',
    filters: allowedDomains && { allowed_domains: [...allowedDomains] },
    search_context_size: contextSize,
    user_location: place && { type: 'approximate', ...place },
  });
}

/** Definitions with one name are one tool: the first counts. */
function distinct(tools: readonly Tool[], encoding: ResponsesEncoding): Tool[] {
  const seen = new Set<string>();
  return tools.filter((tool) => {
    const name =
      tool.kind === 'hosted'
        ? `hosted:${JSON.stringify(tool.raw)}`
        : `${encoding.sameDialect ? (tool.namespace ?? '') : ''}/${wireName(tool, encoding)}`;
    if (seen.has(name)) encoding.losses.dropped('duplicate_tool');
    return seen.has(name) ? false : seen.add(name);
  });
}

/** Namespaces are put together again at the place of their first tool. */
function encodeList(tools: readonly Tool[], encoding: ResponsesEncoding): JsonObject[] {
  const spaces = new Map<string, JsonObject[]>();
  const list: JsonObject[] = [];
  for (const tool of tools) {
    const encoded = encodeTool(tool, encoding);
    const { namespace } = tool;
    const space = encoding.sameDialect && namespace !== undefined ? spaces.get(namespace) : undefined;
    if (space) space.push(encoded);
    else if (encoding.sameDialect && namespace !== undefined) {
      const inner = [encoded];
      spaces.set(namespace, inner);
      list.push({
        type: 'namespace',
        name: namespace,
        description: tool.namespaceDescription ?? '',
        tools: inner,
      });
    } else list.push(encoded);
  }
  return list;
}

function encodeParallel({ request, capabilities, losses }: ResponsesEncoding): boolean | undefined {
  const { parallelTools } = request;
  if (capabilities.parallelTools !== false && capabilities.minimalFields !== true) return parallelTools;
  if (parallelTools === false) losses.dropped('parallel_tool_calls');
  return undefined;
}

/** `tools`, `tool_choice`, `parallel_tool_calls`: all or none of them. */
export function encodeTools(encoding: ResponsesEncoding): EncodedTools {
  const translated = translateHosted(encoding, (search) => writeSearch(search, encoding));
  const sendable = distinct(translated, encoding).filter(
    (tool) => !(encoding.sameDialect && tool.inConversation === true),
  );
  const { tools, choice, instruction } = chooseTools(sendable, encoding);
  if (tools.length === 0) return { members: {} };
  const members = compact<JsonObject>({
    tools: encodeList(tools, encoding),
    tool_choice: choice && encodeChoice(choice, indexTools(tools), encoding),
    parallel_tool_calls: encodeParallel(encoding),
  });
  return instruction === undefined ? { members } : { members, instruction };
}
