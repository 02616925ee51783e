import { createHash } from 'node:crypto';
import type { ChatRequest, Tool } from '../canonical/request';
import type { CallPart } from '../canonical/content';
import type { Restoration } from '../canonical/restoration';

export interface NameRule {
  /** Characters that a name may not hold. */
  readonly illegal: RegExp;
  readonly maxLength: number;
}

/** Both dialects take letters, digits, `_` and `-`; they differ in length. */
export const CHAT_NAMES: NameRule = { illegal: /[^a-zA-Z0-9_-]/g, maxLength: 64 };
export const MESSAGES_NAMES: NameRule = { illegal: /[^a-zA-Z0-9_-]/g, maxLength: 128 };

const HASH_KEEPS = 55;

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

/** A tool of a namespace is called `<namespace>__<name>` where namespaces do not exist. */
const flatName = (tool: Named): string =>
  tool.namespace === undefined ? tool.name : `${tool.namespace}__${tool.name}`;

const hashedName = (name: string, clean: string): string =>
  `${clean.slice(0, HASH_KEEPS)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;

/** Which name each tool of one request has upstream, and how answers get the client's names back. */
export interface NameBook {
  wireName(tool: Named): string;
  /** Names that had to change. */
  readonly renamed: number;
  readonly restoration: Restoration['tools'];
}

function* namedIn(request: ChatRequest): Iterable<Named & { readonly custom: boolean }> {
  for (const tool of request.tools)
    if (tool.kind !== 'hosted')
      yield { name: tool.name, namespace: tool.namespace, custom: tool.kind === 'custom' };
  for (const turn of request.turns)
    for (const part of turn.parts)
      if (part.kind === 'call')
        yield { name: part.name, namespace: part.namespace, custom: part.tool === 'custom' };
}

/** Legal names stay; others are cleaned, and hashed when too long or when two would become one. Order plays no role. */
function wireNames(names: ReadonlySet<string>, rule: NameRule): Map<string, string> {
  const cleaned = new Map([...names].map((name) => [name, name.replace(rule.illegal, '_') || '_']));
  const claims = new Map<string, number>();
  for (const clean of cleaned.values()) claims.set(clean, (claims.get(clean) ?? 0) + 1);
  return new Map(
    [...cleaned].map(([name, clean]) => {
      const fits = clean.length <= rule.maxLength && (clean === name || claims.get(clean) === 1);
      return [name, fits ? clean : hashedName(name, clean)];
    }),
  );
}

/** A name that stands nowhere in the request. */
const strangeName = (tool: Named, rule: NameRule): string =>
  flatName(tool).replace(rule.illegal, '_').slice(0, rule.maxLength);

/**
 * Every tool name of the request: definitions, history and choice alike. With `emulateCustom`, free-text tools travel as
 * functions and are marked so that their answers are turned back. Where `namespaces` exist, names stay bare.
 */
export function bookNames(
  request: ChatRequest,
  rule: NameRule,
  emulateCustom: boolean,
  namespaces = false,
): NameBook {
  const all = [...namedIn(request)].map((tool) => (namespaces ? { ...tool, namespace: undefined } : tool));
  if (all.length === 0)
    return { wireName: (tool) => strangeName(tool, rule), renamed: 0, restoration: undefined };
  const wire = wireNames(new Set(all.map(flatName)), rule);
  const restoration = new Map<string, { name: string; namespace?: string; custom?: boolean }>();
  const renamed = new Set<string>();
  for (const tool of all) {
    const flat = flatName(tool);
    const sent = wire.get(flat) ?? flat;
    if (sent !== flat) renamed.add(flat);
    const custom = tool.custom && emulateCustom;
    if (sent === tool.name && !custom && tool.namespace === undefined) continue;
    if (restoration.has(sent)) continue;
    restoration.set(sent, {
      name: tool.name,
      ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
      ...(custom ? { custom: true } : {}),
    });
  }
  return {
    wireName: (tool) => wire.get(flatName(tool)) ?? strangeName(tool, rule),
    renamed: renamed.size,
    restoration: restoration.size === 0 ? undefined : restoration,
  };
}

/** Definitions by the names that a choice uses: bare, or flattened with their namespace. */
export function indexTools(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const index = new Map<string, Tool>();
  for (const nameOf of [(tool: Tool) => tool.name, flatName])
    for (const tool of tools) if (!index.has(nameOf(tool))) index.set(nameOf(tool), tool);
  return index;
}

/** Calls of the history whose definitions a request without tools lacks: each name once, in order. */
export function calledTools(request: ChatRequest): Tool[] {
  const seen = new Map<string, CallPart>();
  for (const turn of request.turns)
    for (const part of turn.parts)
      if (part.kind === 'call' && !seen.has(flatName(part))) seen.set(flatName(part), part);
  return [...seen.values()].map((call) => ({
    kind: call.tool,
    name: call.name,
    namespace: call.namespace,
    schema: call.tool === 'custom' ? undefined : { type: 'object', additionalProperties: true },
  }));
}
