import type { JsonObject } from '@turnpike/kernel';
import { calledTools, compact, indexTools, writeCacheMark, type Tool } from '@turnpike/protocol';
import { dropToolMembers } from '../../foreign/tool-members';
import { checkSearch, searchesWeb, translateHosted, type WebSearch } from '../../foreign/web-search';
import { CUSTOM_TOOL_SCHEMA, customDescription, toObjectSchema } from '../../schema';
import { VENDOR } from './decode-blocks';
import type { MessagesEncoding } from './messages-encoding';
import { checkForced, onlyNamed } from '../../foreign/tool-choice';

export interface EncodedTools {
  readonly members: JsonObject;
  /** The choice leaves the model no way around a tool. */
  readonly forcesTool: boolean;
}

function strictOf(tool: Tool, encoding: MessagesEncoding): boolean | undefined {
  if (tool.strict !== true || encoding.sameDialect) return encoding.sameDialect ? tool.strict : undefined;
  if (encoding.capabilities.structuredOutput === 'schema') return true;
  encoding.losses.dropped('strict');
  return undefined;
}

/** A hosted tool is called what its own definition says. */
const hostedName = ({ kind, name, raw }: Pick<Tool, 'kind' | 'name' | 'raw'>): string | undefined =>
  kind !== 'hosted' ? undefined : typeof raw?.name === 'string' ? raw.name : name;

function encodeTool(tool: Tool, encoding: MessagesEncoding): JsonObject {
  if (tool.kind === 'hosted') return tool.raw ?? {};
  const custom = tool.kind === 'custom';
  if (!encoding.sameDialect) dropToolMembers(tool, encoding.losses);
  return compact<JsonObject>({
    name: encoding.names.wireName(tool),
    description: (custom ? customDescription(tool.description, tool.format) : tool.description) || undefined,
    input_schema: custom ? CUSTOM_TOOL_SCHEMA : toObjectSchema(tool.schema),
    strict: strictOf(tool, encoding),
    ...(encoding.sameDialect ? tool.raw : undefined),
    cache_control: tool.cache ? writeCacheMark(tool.cache) : undefined,
  });
}

/** The one version of the search that every model with a search takes. */
const SEARCH = { type: 'web_search_20250305', name: 'web_search' };

function writeSearch(search: WebSearch, encoding: MessagesEncoding): JsonObject | undefined {
  if (!searchesWeb(encoding, VENDOR)) return undefined;
  const { maxUses, allowedDomains, blockedDomains, place } = search;
  checkSearch(search, ['maxUses', 'allowedDomains', 'blockedDomains', 'place'], encoding.losses);
  return compact<JsonObject>({
    ...SEARCH,
    max_uses: maxUses,
    allowed_domains: allowedDomains && [...allowedDomains],
    // The two lists exclude each other.
    blocked_domains: blockedDomains && !allowedDomains ? [...blockedDomains] : undefined,
    user_location: place && { type: 'approximate', ...place },
  });
}

/** Tools that can be sent: of other vendors' hosted ones a search of the web, and of one name the first. */
function sendableTools(encoding: MessagesEncoding): Tool[] {
  const { losses, names } = encoding;
  const seen = new Set<string>();
  return translateHosted(encoding, (search) => writeSearch(search, encoding)).filter((tool) => {
    const name = hostedName(tool) ?? names.wireName(tool);
    if (seen.has(name)) losses.dropped('duplicate_tool');
    return seen.has(name) ? false : seen.add(name);
  });
}

function encodeChoice(tools: readonly Tool[], encoding: MessagesEncoding): JsonObject | undefined {
  const { toolChoice: choice, parallelTools } = encoding.request;
  const serial = parallelTools === false && encoding.capabilities.parallelTools !== false;
  if (parallelTools === false && !serial) encoding.losses.dropped('parallel_tool_calls');
  const flag = serial ? { disable_parallel_tool_use: true } : {};
  if (!choice) return serial ? { type: 'auto', ...flag } : undefined;
  if (choice.kind === 'none') return { type: 'none' };
  if (choice.kind === 'allowed') return { type: choice.mode, ...flag };
  if (choice.kind !== 'tool') return { type: choice.kind, ...flag };
  const tool = indexTools(tools).get(choice.name) ?? { kind: 'function', name: choice.name };
  const name = hostedName(tool) ?? encoding.names.wireName(tool);
  return { type: 'tool', name, ...flag };
}

function allowedTools(tools: readonly Tool[], encoding: MessagesEncoding): readonly Tool[] {
  const { toolChoice: choice } = encoding.request;
  if (choice?.kind !== 'allowed') return tools;
  encoding.losses.add('filtered:tools');
  return onlyNamed(tools, choice.names);
}

/** A conversation with calls needs definitions: rebuilt from the calls, and closed to new ones. */
function rebuiltTools(encoding: MessagesEncoding): EncodedTools {
  const tools = encoding.sameDialect ? [] : calledTools(encoding.request);
  if (tools.length === 0) return { members: {}, forcesTool: false };
  const encoded = tools.map((tool) => encodeTool(tool, encoding));
  return { members: { tools: encoded, tool_choice: { type: 'none' } }, forcesTool: false };
}

/** `tools` and `tool_choice`: both or none. */
export function encodeTools(encoding: MessagesEncoding): EncodedTools {
  const sendable = sendableTools(encoding);
  const { toolChoice } = encoding.request;
  if (toolChoice && encoding.request.tools.length > 0) checkForced(sendable, toolChoice, encoding);
  const tools = allowedTools(sendable, encoding);
  if (tools.length === 0) return rebuiltTools(encoding);
  const choice = encodeChoice(tools, encoding);
  const members = compact<JsonObject>({
    tools: tools.map((tool) => encodeTool(tool, encoding)),
    tool_choice: choice,
  });
  return { members, forcesTool: choice?.type === 'any' || choice?.type === 'tool' };
}
