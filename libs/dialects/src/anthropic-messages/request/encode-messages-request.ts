import { isObject, type JsonObject } from '@turnpike/kernel';
import {
  bookNames,
  compact,
  LossLog,
  MESSAGES_NAMES,
  writeCacheMark,
  type ChatRequest,
  type Restoration,
} from '@turnpike/protocol';
import type { EncodedRequest, EncodeTarget } from '../../dialect';
import { encodeTurn } from './encode-blocks';
import { encodeFormat } from './encode-format';
import { chooseMaxTokens, encodeAccount, encodeSampling, encodeStop } from './encode-params';
import { encodeTools } from './encode-tools';
import { checkForeignMembers } from './foreign-members';
import { limitCacheMarks } from './limit-cache-marks';
import type { MessagesEncoding } from './messages-encoding';
import { planThinking, type ThinkingPlan } from './plan-thinking';
import { prepareTurns } from './prepare-turns';
import { withoutThinkingEdits } from './thinking-edits';

function createEncoding(request: ChatRequest, target: EncodeTarget): MessagesEncoding {
  return {
    request,
    target,
    capabilities: target.capabilities,
    sameDialect: request.dialect === 'anthropic-messages',
    names: bookNames(request, MESSAGES_NAMES, true),
    losses: new LossLog(),
  };
}

/** Text blocks, each with its mark; one plain block is a string, as clients write it. */
function encodeSystem(
  instruction: string | undefined,
  { request, sameDialect }: MessagesEncoding,
): JsonObject {
  const blocks = request.system
    .filter((part) => part.text.trim() !== '')
    .map((part) =>
      compact<JsonObject>({
        type: 'text',
        text: part.text,
        cache_control: part.cache && writeCacheMark(part.cache),
        ...(sameDialect ? part.native : undefined),
      }),
    );
  if (instruction !== undefined) blocks.push({ type: 'text', text: instruction });
  const [only] = blocks;
  if (!only) return {};
  return { system: blocks.length === 1 && Object.keys(only).length === 2 ? only.text : blocks };
}

function encodeOutputConfig(
  plan: ThinkingPlan,
  format: JsonObject | undefined,
  native: JsonObject,
): JsonObject {
  const config = compact({
    effort: plan.effort,
    format,
    ...(isObject(native.output_config) ? native.output_config : {}),
  });
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}

function nativeMembers(encoding: MessagesEncoding): JsonObject {
  if (encoding.sameDialect) return encoding.request.native;
  checkForeignMembers(encoding);
  return {};
}

/**
 * The body for a Messages upstream. Equal requests give equal bodies, members in one order.
 * @throws GatewayError unsupported_content, invalid_request for what has no honest translation.
 */
export function encodeMessagesRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const encoding = createEncoding(request, target);
  const native = nativeMembers(encoding);
  const { metadata: _metadata, output_config: _config, ...more } = native;
  const turns = prepareTurns(encoding);
  const format = encodeFormat(encoding);
  const tools = encodeTools(encoding);
  const maxTokens = chooseMaxTokens(encoding);
  const forcesTool = tools.forcesTool || format.tools !== undefined;
  const plan = planThinking(turns, { maxTokens, forcesTool }, encoding);
  const stop = encodeStop(encoding);
  const body = compact<JsonObject>({
    model: target.model,
    max_tokens: maxTokens,
    ...encodeSystem(format.instruction, encoding),
    messages: turns.map((turn) => encodeTurn(turn, encoding)),
    ...(request.stream ? { stream: true } : {}),
    ...encodeSampling(plan.on, encoding),
    ...stop.members,
    ...tools.members,
    ...format.tools,
    thinking: plan.thinking,
    ...encodeOutputConfig(plan, format.format, native),
    ...encodeAccount(encoding),
    ...(plan.on ? more : withoutThinkingEdits(more)),
  });
  encoding.losses.count('renamed_tools', encoding.names.renamed);
  const limited = limitCacheMarks(body, encoding.losses);
  const restoration = compact<Restoration>({
    tools: encoding.names.restoration,
    ...format.restoration,
    ...stop.restoration,
    thinkTag: target.capabilities.thinkTag,
  });
  return { body: limited, losses: encoding.losses.list(), restoration };
}
