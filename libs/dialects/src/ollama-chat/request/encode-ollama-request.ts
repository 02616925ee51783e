import type { JsonObject } from '@turnpike/kernel';
import { CHAT_NAMES, compact, type ChatRequest, type Restoration } from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import {
  checkForeignMembers,
  createUpstreamEncoding,
  functionTool,
  planTools,
  splitStops,
  type ChoiceAbilities,
  type Knob,
} from '../../upstream-only';
import { encodeFormat } from './encode-format';
import { encodeMessages } from './encode-messages';
import { encodeOptions } from './encode-options';
import { encodeThink } from './encode-think';

const CARRIED: ReadonlySet<Knob> = new Set<Knob>(['presence_penalty', 'frequency_penalty', 'seed', 'top_k']);
/** There is no member for a choice: the list of tools says it as well as it can. */
const NO_CHOICE: ChoiceAbilities = { none: false, any: false, named: false };

/**
 * The body for a native Ollama server. `keep_alive` stays the server's business. Equal requests give equal bodies.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeOllamaRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = createUpstreamEncoding(request, target, CHAT_NAMES);
  const { losses, names } = encoding;
  checkForeignMembers(encoding, CARRIED);
  const plan = planTools(encoding, NO_CHOICE, false);
  const format = encodeFormat(plan.tools.length > 0, encoding);
  const stops = splitStops(encoding);
  const body = compact<JsonObject>({
    model: target.model,
    messages: encodeMessages([plan.instruction, format.instruction], encoding),
    stream: request.stream,
    tools: plan.tools.length > 0 ? plan.tools.map((tool) => functionTool(tool, encoding)) : undefined,
    format: format.format,
    think: encodeThink(encoding),
    options: encodeOptions(stops.sent, encoding),
  });
  losses.count('renamed_tools', names.renamed);
  const restoration = compact<Restoration>({
    tools: names.restoration,
    ...format.restoration,
    ...stops.restoration,
    thinkTag: target.capabilities.thinkTag,
  });
  return { body, losses: losses.list(), restoration };
}
