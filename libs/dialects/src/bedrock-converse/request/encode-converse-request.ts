import type { JsonObject } from '@turnpike/kernel';
import { CHAT_NAMES, compact, hashUser, type ChatRequest, type Restoration } from '@turnpike/protocol';
import { encodeSampling } from '../../anthropic-messages/request/encode-params';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import { withAutomaticMark } from '../../foreign/automatic-mark';
import {
  checkForeignMembers,
  createUpstreamEncoding,
  isPlainTier,
  isSystemText,
  planTools,
  splitStops,
  type Knob,
  type ToolPlan,
} from '../../upstream-only';
import { cachePoint, type ConverseEncoding } from './converse-encoding';
import { encodeTurn } from './encode-blocks';
import { encodeBetas, encodeThinking, encodeTopK, maxTokensOf, type VendorFields } from './encode-fields';
import { encodeFormat, type EncodedFormat } from './encode-format';
import { CONVERSE_CHOICES, encodeTools } from './encode-tools';
import { limitCachePoints } from './limit-cache-points';
import { prepareTurns } from './prepare-turns';

const CARRIED: ReadonlySet<Knob> = new Set<Knob>(['top_k', 'user', 'service_tier']);
/** Where a member tells which stop sequence was met. */
const MATCHED_STOP = '/stop_sequence';

/** Text blocks, each with its breakpoint behind it. */
function encodeSystem(
  instructions: readonly (string | undefined)[],
  encoding: ConverseEncoding,
): JsonObject[] {
  const own = encoding.request.system
    .filter((part) => isSystemText(part.text))
    .flatMap((part): JsonObject[] => [{ text: part.text }, ...cachePoint(part.cache, encoding)]);
  return [...own, ...instructions.filter((text) => text !== undefined).map((text) => ({ text }))];
}

const wordsOf = (blocks: readonly JsonObject[]): string | undefined => {
  const texts = blocks.map((block) => block.text).filter((text) => typeof text === 'string');
  return texts.length === 0 ? undefined : texts.join('\n\n');
};

const isSaid = (stop: string): boolean => stop.trim() !== '';

const forcesTool = ({ choice }: ToolPlan, format: EncodedFormat): boolean =>
  format.toolConfig !== undefined || choice?.kind === 'any' || choice?.kind === 'tool';

function encodeTier(encoding: ConverseEncoding): JsonObject | undefined {
  const { tier } = encoding.request;
  const fast = tier === 'priority' || tier === 'fast';
  if (fast && encoding.capabilities.latencyTier === true) return { latency: 'optimized' };
  if (!isPlainTier(tier)) encoding.losses.dropped('service_tier');
  return undefined;
}

const orNothing = (members: JsonObject): JsonObject | undefined =>
  Object.keys(members).length === 0 ? undefined : members;

/** Knobs: those that all models share, and those that go by their vendor's names. */
function encodeParams(
  thinking: VendorFields,
  encoding: ConverseEncoding,
  stop: readonly string[],
): JsonObject {
  const { temperature, top_p: topP, top_k: topK } = encodeSampling(thinking.thinks, encoding);
  const stopSequences = stop.length > 0 ? [...stop] : undefined;
  const asksForStop = stopSequences && encoding.capabilities.requestFields === 'anthropic';
  const fields = {
    ...thinking.fields,
    ...encodeTopK(typeof topK === 'number' ? topK : undefined, encoding),
    ...encodeBetas(thinking, encoding),
  };
  return {
    inferenceConfig: orNothing(
      compact({ maxTokens: maxTokensOf(encoding), temperature, topP, stopSequences }),
    ),
    additionalModelRequestFields: orNothing(fields),
    additionalModelResponseFieldPaths: asksForStop ? [MATCHED_STOP] : undefined,
  };
}

const createEncoding = (request: ChatRequest, target: EncodeTarget): ConverseEncoding => ({
  ...createUpstreamEncoding(withAutomaticMark(request), target, CHAT_NAMES),
  documentNames: new Map(),
});

/**
 * The body for Converse; model and stream belong to its address. Equal requests give equal bodies.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeConverseRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = createEncoding(request, target);
  const { losses, names, capabilities } = encoding;
  checkForeignMembers(encoding, CARRIED);
  const plan = planTools(encoding, CONVERSE_CHOICES, true);
  const format = encodeFormat(encoding);
  const system = encodeSystem([plan.instruction, format.instruction], encoding);
  const noRole = capabilities.systemRole === 'none';
  const turns = prepareTurns(noRole ? wordsOf(system) : undefined, encoding);
  const stop = splitStops(encoding, undefined, isSaid);
  const body = compact<JsonObject>({
    messages: turns.map((turn) => encodeTurn(turn, encoding)),
    system: noRole || system.length === 0 ? undefined : system,
    toolConfig: format.toolConfig ?? encodeTools(plan, encoding),
    outputConfig: format.outputConfig,
    ...encodeParams(encodeThinking(turns, forcesTool(plan, format), encoding), encoding, stop.sent ?? []),
    requestMetadata: request.user === undefined ? undefined : { user: hashUser(request.user) },
    performanceConfig: encodeTier(encoding),
  });
  losses.count('renamed_tools', names.renamed);
  const restoration = compact<Restoration>({
    tools: names.restoration,
    ...format.restoration,
    ...stop.restoration,
    thinkTag: capabilities.thinkTag,
  });
  return { body: limitCachePoints(body, losses), losses: losses.list(), restoration };
}
