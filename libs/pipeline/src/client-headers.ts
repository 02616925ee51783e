import type { IncomingHttpHeaders } from 'node:http';
import { UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { holdsKey } from '@turnpike/identity';
import type { ProviderDefinition, Target } from '@turnpike/provider';

const USER_AGENT = 'turnpike';

/** A client's value, unless a key of ours stands in it: some tools put theirs into every header. */
function clientValue(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === undefined || holdsKey(text) ? undefined : text;
}

/** What is asked to be answered with: streams in the framing that the target's wire has. */
const acceptOf = (target: Target, stream: boolean): string =>
  stream
    ? (UPSTREAM_DIALECTS[target.dialect].framing?.contentType ?? 'text/event-stream')
    : 'application/json';

export interface HeaderOptions {
  readonly sameDialect: boolean;
  readonly stream: boolean;
  /** Default: JSON. */
  readonly contentType?: string;
  /** Default: JSON, or a stream. */
  readonly accept?: string;
}

/**
 * Headers of one upstream request: an allow-list, never a copy. Those of the credential come later and from elsewhere:
 * they may depend on all of these.
 */
export function buildUpstreamHeaders(
  target: Target,
  client: IncomingHttpHeaders,
  options: HeaderOptions,
): string[] {
  const out = [
    'content-type',
    options.contentType ?? 'application/json',
    'accept',
    options.accept ?? acceptOf(target, options.stream),
    'accept-encoding',
    'identity',
    'user-agent',
    clientValue(client['user-agent']) ?? USER_AGENT,
  ];
  addOwn(out, target.provider.definition, client, options.sameDialect);
  return out;
}

/** Only words of the list pass where the provider refuses a request for one that it does not know. */
function permitted(value: string, allowed: readonly string[] | undefined): string | undefined {
  if (allowed === undefined) return value;
  const kept = value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => allowed.includes(word));
  return kept.length > 0 ? kept.join(',') : undefined;
}

/** What the definition names: the client's value in its own dialect, else the definition's. */
function addOwn(
  out: string[],
  definition: ProviderDefinition,
  client: IncomingHttpHeaders,
  sameDialect: boolean,
): void {
  const sent = new Set<string>();
  if (sameDialect) {
    for (const name of definition.forwardHeaders ?? []) {
      const given = clientValue(client[name]);
      const value = given === undefined ? undefined : permitted(given, definition.headerWords?.[name]);
      if (value === undefined) continue;
      sent.add(name);
      out.push(name, value);
    }
  }
  for (const [name, value] of Object.entries(definition.headers ?? {}))
    if (!sent.has(name)) out.push(name, value);
}
