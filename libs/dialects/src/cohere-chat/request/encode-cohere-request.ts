import type { JsonObject } from '@turnpike/kernel';
import { compact, type ChatRequest, type NameRule, type Restoration } from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import {
  checkForeignMembers,
  createUpstreamEncoding,
  functionTool,
  planTools,
  splitStops,
  type ChoiceAbilities,
  type Knob,
  type ToolPlan,
  type UpstreamEncoding,
} from '../../upstream-only';
import { encodeFormat } from './encode-format';
import { encodeMessages } from './encode-messages';
import { encodeParams } from './encode-params';
import { encodeThinking } from './encode-thinking';

/** Letters, digits and underscores, no digit first. */
const COHERE_NAMES: NameRule = { illegal: /[^a-zA-Z0-9_]|^[0-9]/g, maxLength: 64 };
const CARRIED: ReadonlySet<Knob> = new Set<Knob>([
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'logprobs',
  'top_k',
]);
const CHOICES: ChoiceAbilities = { none: true, any: true, named: false };
const CHOICE_WORDS: Readonly<Record<string, string>> = { any: 'REQUIRED', none: 'NONE' };
const STOP_LIMIT = 5;

function encodeTools({ tools, choice }: ToolPlan, encoding: UpstreamEncoding): JsonObject {
  if (tools.length === 0) return {};
  const word = choice && CHOICE_WORDS[choice.kind];
  return {
    tools: tools.map((tool) => functionTool(tool, encoding)),
    ...(word === undefined ? {} : { tool_choice: word }),
  };
}

/**
 * The body for a Cohere upstream. Equal requests give equal bodies.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeCohereRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = createUpstreamEncoding(request, target, COHERE_NAMES);
  const { losses, names } = encoding;
  checkForeignMembers(encoding, CARRIED);
  const plan = planTools(encoding, CHOICES, false);
  const format = encodeFormat(plan.tools.length > 0, encoding);
  const stops = splitStops(encoding, STOP_LIMIT);
  const body = compact<JsonObject>({
    model: target.model,
    messages: encodeMessages([plan.instruction, format.instruction], encoding),
    stream: request.stream,
    ...encodeParams(encoding),
    stop_sequences: stops.sent && [...stops.sent],
    ...encodeTools(plan, encoding),
    response_format: format.format,
    thinking: encodeThinking(encoding),
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
