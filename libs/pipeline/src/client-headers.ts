import type { IncomingHttpHeaders } from 'node:http';
import { UPSTREAM_DIALECTS } from '@turnpike/dialects';
import { holdsKey } from '@turnpike/identity';
import { hashUser, LossLog, type DialectId, type Loss } from '@turnpike/protocol';
import type { ProviderDefinition, Target } from '@turnpike/provider';
import { NAMING_HEADERS } from './session-headers';

const USER_AGENT = 'turnpike';

/** A client's value, unless a key of ours stands in it: some tools put theirs into every header. */
function clientValue(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === undefined || holdsKey(text) ? undefined : text;
}

/** The session as a vendor may know it: one hash for one name. */
export function hashSession(client: IncomingHttpHeaders): string | undefined {
  for (const header of NAMING_HEADERS) {
    const name = clientValue(client[header]);
    if (name) return hashUser(name);
  }
  return undefined;
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

const wordsOf = (value: string): string[] =>
  value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** Only words of the list pass where the provider refuses a request for one that it does not know. */
function permitted(value: string, allowed: readonly string[] | undefined): string | undefined {
  if (allowed === undefined) return value;
  const kept = wordsOf(value).filter((word) => allowed.includes(word));
  return kept.length > 0 ? kept.join(',') : undefined;
}

/** A header with words of its own, and its dialect. */
const BETA_HEADER = 'anthropic-beta';
const BETA_DIALECT = 'anthropic-messages';
const PLAIN_WORD = /^[\w.-]{1,48}$/;

export interface ClientBetas {
  /** Known to the target, which has no such header: they are said in the body. */
  readonly inBody: readonly string[];
  readonly losses: readonly Loss[];
}

const NO_BETAS: ClientBetas = { inBody: [], losses: [] };

/** What becomes of the betas that a client names, at targets that refuse a request for one that they do not know. */
export function sortBetas(target: Target, dialect: DialectId, client: IncomingHttpHeaders): ClientBetas {
  const { forwardHeaders, headerWords } = target.provider.definition;
  const known = headerWords?.[BETA_HEADER];
  const value = known && dialect === BETA_DIALECT ? clientValue(client[BETA_HEADER]) : undefined;
  if (!known || value === undefined) return NO_BETAS;
  const words = [...new Set(wordsOf(value))];
  const losses = new LossLog();
  for (const word of words.filter((each) => !known.includes(each)))
    losses.dropped(PLAIN_WORD.test(word) ? `${BETA_HEADER}:${word}` : BETA_HEADER);
  const forwarded = forwardHeaders?.includes(BETA_HEADER) === true;
  return { inBody: forwarded ? [] : words.filter((word) => known.includes(word)), losses: losses.list() };
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
