import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, type Capabilities, type ChatRequest, type LossLog, type Tool } from '@turnpike/protocol';

/** A search of the web that a client asks its vendor for, in no vendor's words. */
export interface WebSearch {
  readonly maxUses?: number;
  readonly allowedDomains?: readonly Json[];
  readonly blockedDomains?: readonly Json[];
  /** How much of the pages is read: "low", "medium" or "high". */
  readonly contextSize?: string;
  /** Where the user is: country, region, city and timezone. */
  readonly place?: JsonObject;
}

/** What the encoder of one dialect knows when it comes upon tools. */
interface HostedEncoding {
  readonly request: ChatRequest;
  readonly capabilities: Pick<Capabilities, 'webSearch'>;
  readonly target: { readonly vendor: string };
  readonly sameDialect: boolean;
  readonly losses: LossLog;
}

/** Dated or not, in both dialects that name it so. */
const SEARCH = /^web_search(?:_preview)?(?:_[\d_]+)?$/;
/** Member of Chat requests that is no tool there, and asks for the same. */
export const SEARCH_OPTIONS = 'web_search_options';

const listOf = (value: Json | undefined): readonly Json[] | undefined =>
  Array.isArray(value) && value.length > 0 ? value : undefined;

/** `{type: "approximate", ...}`; one dialect nests it. */
function placeOf(value: Json | undefined): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const { type: _type, approximate, ...flat } = value;
  const place = isObject(approximate) ? approximate : flat;
  return Object.keys(place).length === 0 ? undefined : place;
}

function readOptions(raw: JsonObject): WebSearch {
  const filters = isObject(raw.filters) ? raw.filters : raw;
  return compact<WebSearch>({
    maxUses: typeof raw.max_uses === 'number' ? raw.max_uses : undefined,
    allowedDomains: listOf(filters.allowed_domains),
    blockedDomains: listOf(filters.blocked_domains),
    contextSize: typeof raw.search_context_size === 'string' ? raw.search_context_size : undefined,
    place: placeOf(raw.user_location),
  });
}

function readWebSearch({ raw = {} }: Tool): WebSearch | undefined {
  if (typeof raw.type === 'string' && SEARCH.test(raw.type)) return readOptions(raw);
  return isObject(raw.googleSearch) || isObject(raw.googleSearchRetrieval) ? {} : undefined;
}

/** A Chat client's options as the tool they are elsewhere. */
function optionsAsTool({ native, dialect }: ChatRequest): Tool[] {
  const options = dialect === 'openai-chat' ? native[SEARCH_OPTIONS] : undefined;
  return isObject(options)
    ? [{ kind: 'hosted', name: 'web_search', raw: { ...options, type: 'web_search' } }]
    : [];
}

/** True: the target has a search of its own. Where nobody says so, `vendor` is known to have one in this dialect. */
export const searchesWeb = (
  { capabilities, target }: Pick<HostedEncoding, 'capabilities' | 'target'>,
  vendor?: string,
): boolean => capabilities.webSearch ?? target.vendor === vendor;

/**
 * The client's tools without those that run at another vendor, but for its search of the web where the target has one:
 * `write` says it in the target's words, or not at all.
 */
export function translateHosted(
  encoding: HostedEncoding,
  write: (search: WebSearch) => JsonObject | undefined,
): readonly Tool[] {
  const { request, sameDialect, losses } = encoding;
  if (sameDialect) return request.tools;
  let found = false;
  return [...request.tools, ...optionsAsTool(request)].flatMap((tool) => {
    if (tool.kind !== 'hosted') return [tool];
    const search = found ? undefined : readWebSearch(tool);
    const raw = search && write(search);
    if (!raw) losses.dropped(tool.name);
    else found = true;
    return raw ? [{ ...tool, raw }] : [];
  });
}

/** Names as a loss what a search asks for and the target has no words for. */
export function checkSearch(search: WebSearch, known: readonly (keyof WebSearch)[], losses: LossLog): void {
  const lost = (Object.keys(search) as (keyof WebSearch)[]).some((name) => !known.includes(name));
  if (lost) losses.add('simplified:web_search');
}
