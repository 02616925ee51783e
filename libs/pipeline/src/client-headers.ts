import type { IncomingHttpHeaders } from 'node:http';
import { holdsKey } from '@turnpike/identity';
import type { ProviderDefinition, Target, Credential } from '@turnpike/provider';

const USER_AGENT = 'turnpike';

/** A client's value, unless a key of ours stands in it: some tools put theirs into every header. */
function clientValue(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === undefined || holdsKey(text) ? undefined : text;
}

/**
 * Headers of one upstream request: an allow-list, never a copy. The credential is the configured one, bound to the
 * configured origin; nothing the client sends can change either.
 */
export function buildUpstreamHeaders(
  target: Target,
  credential: Credential,
  client: IncomingHttpHeaders,
  options: { readonly sameDialect: boolean; readonly stream: boolean },
): string[] {
  const { definition } = target.provider;
  const out = [
    'content-type',
    'application/json',
    'accept',
    options.stream ? 'text/event-stream' : 'application/json',
    'accept-encoding',
    'identity',
    'user-agent',
    clientValue(client['user-agent']) ?? USER_AGENT,
  ];
  addOwn(out, definition, client, options.sameDialect);
  addCredential(out, definition, credential);
  return out;
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
      const value = clientValue(client[name]);
      if (value === undefined) continue;
      sent.add(name);
      out.push(name, value);
    }
  }
  for (const [name, value] of Object.entries(definition.headers ?? {}))
    if (!sent.has(name)) out.push(name, value);
}

function addCredential(out: string[], definition: ProviderDefinition, credential: Credential): void {
  const secret = credential.secret.reveal();
  if (secret === '') return;
  if (definition.auth.kind === 'bearer') out.push('authorization', `Bearer ${secret}`);
  else out.push(definition.auth.name, secret);
}
