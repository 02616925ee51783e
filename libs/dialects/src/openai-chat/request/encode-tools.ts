import type { JsonObject } from '@turnpike/kernel';
import { compact, indexTools, writeCacheMark, type Tool, type ToolChoice } from '@turnpike/protocol';
import { dropToolMembers } from '../../foreign/tool-members';
import {
  checkSearch,
  SEARCH_OPTIONS,
  searchesWeb,
  translateHosted,
  type WebSearch,
} from '../../foreign/web-search';
import { CUSTOM_TOOL_SCHEMA, customDescription, isStrictSchema } from '../../schema';
import type { ChatEncoding } from './chat-encoding';
import { hasOpenAiAccount } from './encode-params';
import { checkForced } from '../../foreign/tool-choice';

/** Tool members of the body, and a system line where a rule about tools has no member. */
export interface EncodedTools {
  readonly members: JsonObject;
  readonly instruction?: string;
}

const NO_CALLS = 'Do not call any tool in this answer.';

function strictOf(tool: Tool, encoding: ChatEncoding): boolean | undefined {
  if (tool.strict !== true || encoding.sameDialect) return tool.strict;
  if (tool.schema && isStrictSchema(tool.schema)) return true;
  encoding.losses.dropped('strict');
  return undefined;
}

function encodeFunction(tool: Tool, encoding: ChatEncoding): JsonObject {
  const emulated = tool.kind === 'custom';
  const definition = compact({
    name: encoding.names.wireName(tool),
    description:
      (emulated ? customDescription(tool.description, tool.format) : tool.description) || undefined,
    parameters: emulated
      ? CUSTOM_TOOL_SCHEMA
      : (tool.schema ?? (encoding.sameDialect ? undefined : emptySchema())),
    strict: encoding.capabilities.minimalFields === true ? undefined : strictOf(tool, encoding),
  });
  const mark =
    encoding.capabilities.cacheMarks === true && tool.cache ? writeCacheMark(tool.cache) : undefined;
  const native = encoding.sameDialect ? tool.raw : undefined;
  if (!encoding.sameDialect) dropToolMembers(tool, encoding.losses);
  return compact({ type: 'function', function: definition, cache_control: mark, ...native });
}

const emptySchema = (): JsonObject => ({ type: 'object', properties: {} });

function encodeTool(tool: Tool, encoding: ChatEncoding): JsonObject | undefined {
  if (tool.kind === 'hosted') return tool.raw;
  if (tool.kind === 'custom' && encoding.customTools)
    return {
      type: 'custom',
      custom: compact({
        name: encoding.names.wireName(tool),
        description: tool.description,
        format: tool.format,
      }),
    };
  return encodeFunction(tool, encoding);
}

/** A search of the web is a member of its own here. */
function writeSearch(search: WebSearch, encoding: ChatEncoding): JsonObject | undefined {
  if (!searchesWeb(encoding) || encoding.capabilities.minimalFields === true) return undefined;
  const { contextSize, place } = search;
  checkSearch(search, ['contextSize', 'place'], encoding.losses);
  return compact<JsonObject>({
    search_context_size: contextSize,
    user_location: place && { type: 'approximate', approximate: place },
  });
}

/** Definitions with one name are one tool: the first counts. */
function distinct(tools: readonly Tool[], encoding: ChatEncoding): Tool[] {
  const seen = new Set<string>();
  return tools.filter((tool) => {
    const name =
      tool.kind === 'hosted' ? `hosted:${JSON.stringify(tool.raw)}` : encoding.names.wireName(tool);
    if (seen.has(name)) encoding.losses.dropped('duplicate_tool');
    return seen.has(name) ? false : seen.add(name);
  });
}

/** What the choice leaves of the tools, and how it is said. */
interface Chosen {
  readonly tools: readonly Tool[];
  readonly choice?: ToolChoice;
  readonly instruction?: string;
}

const hasCalls = (encoding: ChatEncoding): boolean =>
  encoding.request.turns.some((turn) =>
    turn.parts.some((part) => part.kind === 'call' || part.kind === 'result'),
  );

/** Choices for servers that have none: the list says it as well as it can. */
function withoutChoice(tools: readonly Tool[], choice: ToolChoice, encoding: ChatEncoding): Chosen {
  switch (choice.kind) {
    case 'auto':
      return { tools };
    case 'none':
      return hasCalls(encoding) ? { tools, instruction: NO_CALLS } : { tools: [] };
    case 'any':
      encoding.losses.dropped('tool_choice');
      return { tools };
    case 'tool':
      encoding.losses.dropped('tool_choice');
      return { tools: allowedTools(tools, [choice.name]) };
    case 'allowed':
      encoding.losses.dropped('tool_choice');
      return { tools: allowedTools(tools, choice.names) };
  }
}

const allowedTools = (tools: readonly Tool[], names: readonly string[]): Tool[] => {
  const index = indexTools(tools);
  const allowed = new Set(names.map((name) => index.get(name)));
  return tools.filter((tool) => allowed.has(tool));
};

/** `search` is no tool here, so that nothing can force it. */
function choose(tools: readonly Tool[], search: Tool | undefined, encoding: ChatEncoding): Chosen {
  const choice = encoding.request.toolChoice;
  if (!choice) return { tools };
  const forced = choice.kind === 'tool' ? choice.name === search?.name : choice.kind === 'any';
  if (search && forced && (choice.kind === 'tool' || tools.length === 0)) {
    encoding.losses.dropped('tool_choice');
    return { tools };
  }
  checkForced(tools, choice, encoding);
  if (encoding.capabilities.toolChoice === false) return withoutChoice(tools, choice, encoding);
  const own = encoding.sameDialect || hasOpenAiAccount(encoding);
  const native = own && encoding.capabilities.minimalFields !== true;
  if (choice.kind !== 'allowed' || native) return { tools, choice };
  encoding.losses.add('filtered:tools');
  return { tools: allowedTools(tools, choice.names), choice: { kind: choice.mode } };
}

function encodeChoice(
  choice: ToolChoice,
  tools: readonly Tool[],
  encoding: ChatEncoding,
): string | JsonObject {
  const index = indexTools(tools);
  const refer = (name: string): JsonObject => {
    const tool = index.get(name);
    if (tool?.kind === 'hosted') return { type: name };
    const sent = { name: encoding.names.wireName(tool ?? { name }) };
    return tool?.kind === 'custom' && encoding.customTools
      ? { type: 'custom', custom: sent }
      : { type: 'function', function: sent };
  };
  if (choice.kind === 'tool') return refer(choice.name);
  if (choice.kind === 'any') return 'required';
  if (choice.kind !== 'allowed') return choice.kind;
  const mode = choice.mode === 'any' ? 'required' : 'auto';
  return { type: 'allowed_tools', allowed_tools: { mode, tools: choice.names.map(refer) } };
}

function encodeParallel(encoding: ChatEncoding): boolean | undefined {
  const { parallelTools } = encoding.request;
  if (parallelTools === undefined) return undefined;
  const { capabilities } = encoding;
  if (capabilities.parallelTools !== false && capabilities.minimalFields !== true) return parallelTools;
  if (!parallelTools) encoding.losses.dropped('parallel_tool_calls');
  return undefined;
}

/** `tools`, `tool_choice`, `parallel_tool_calls`: all or none of them. */
export function encodeTools(encoding: ChatEncoding): EncodedTools {
  const translated = translateHosted(encoding, (search) => writeSearch(search, encoding));
  const search = encoding.sameDialect ? undefined : translated.find((tool) => tool.kind === 'hosted');
  const options = search?.raw ? { [SEARCH_OPTIONS]: search.raw } : {};
  const sendable = distinct(search ? translated.filter((tool) => tool !== search) : translated, encoding);
  const { tools, choice, instruction } = choose(sendable, search, encoding);
  const encoded = tools.map((tool) => encodeTool(tool, encoding)).filter((tool) => tool !== undefined);
  if (encoded.length === 0) return { members: options };
  const members = compact<JsonObject>({
    ...options,
    tools: encoded,
    tool_choice: choice && encodeChoice(choice, tools, encoding),
    parallel_tool_calls: encodeParallel(encoding),
  });
  return instruction === undefined ? { members } : { members, instruction };
}
