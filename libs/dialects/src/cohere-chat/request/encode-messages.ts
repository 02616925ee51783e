import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  argumentsText,
  CHAT_CALL_IDS,
  joinText,
  legaliseCallIds,
  normaliseTurns,
  systemReminder,
  type CallPart,
  type Part,
  type ReasoningPart,
  type ResultPart,
  type Turn,
} from '@turnpike/protocol';
import { tellFirst } from '../../foreign/tell-first';
import { customArguments } from '../../schema';
import {
  assistantText,
  checkPrefill,
  resultTexts,
  systemText,
  type UpstreamEncoding,
} from '../../upstream-only';
import { carriesMedia, userContent } from './encode-user-content';

/** Messages without words are refused. */
const NO_OUTPUT = '(no output)';

const isResult = (part: Part): part is ResultPart => part.kind === 'result';

function encodeCall(call: CallPart, { names }: UpstreamEncoding): JsonObject {
  const args = call.tool === 'custom' ? stringifyJson(customArguments(call.args)) : argumentsText(call.args);
  return { id: call.id, type: 'function', function: { name: names.wireName(call), arguments: args } };
}

/** Thoughts that no vendor signed. */
function plainThoughts(parts: readonly Part[], { losses }: UpstreamEncoding): string {
  const reasoning = parts.filter((part): part is ReasoningPart => part.kind === 'reasoning');
  const plain = reasoning.filter((part) => part.signature === undefined && part.redacted === undefined);
  if (plain.length < reasoning.length) losses.dropped('reasoning');
  return plain.map((part) => part.text ?? part.summary?.join('\n\n') ?? '').join('');
}

/** A turn with calls says its words as the plan of them: content beside calls is refused. Elsewhere thoughts stay out. */
function encodeAssistant({ parts }: Turn, encoding: UpstreamEncoding): JsonObject[] {
  const calls = parts.filter((part) => part.kind === 'call').map((call) => encodeCall(call, encoding));
  const text = assistantText(parts, encoding);
  if (calls.length === 0) {
    if (parts.some((part) => part.kind === 'reasoning')) encoding.losses.dropped('reasoning');
    return text === '' ? [] : [{ role: 'assistant', content: text }];
  }
  const plan = [plainThoughts(parts, encoding), text].filter((words) => words !== '').join('\n\n');
  return [{ role: 'assistant', tool_calls: calls, ...(plan === '' ? {} : { tool_plan: plan }) }];
}

function encodeUser({ parts }: Turn, encoding: UpstreamEncoding): JsonObject[] {
  const { results, shown } = resultTexts(
    parts.filter(isResult),
    (part) => carriesMedia(part, encoding),
    encoding,
  );
  const messages = results.map(({ result, text }): JsonObject => ({
    role: 'tool',
    tool_call_id: result.callId,
    content: text.trim() === '' ? NO_OUTPUT : text,
  }));
  for (const said of [shown, parts.filter((part) => !isResult(part))]) {
    const content = said.length === 0 ? undefined : userContent(said, encoding);
    if (content !== undefined) messages.push({ role: 'user', content });
  }
  return messages;
}

function encodeTurn(turn: Turn, encoding: UpstreamEncoding): JsonObject[] {
  if (turn.role === 'user') return encodeUser(turn, encoding);
  if (turn.role === 'assistant') return encodeAssistant(turn, encoding);
  return [{ role: 'system', content: joinText(turn.parts, '\n\n') }];
}

/** `messages`. `instructions` are added behind the client's own system prompt. */
export function encodeMessages(
  instructions: readonly (string | undefined)[],
  encoding: UpstreamEncoding,
): JsonObject[] {
  const { request, capabilities } = encoding;
  const system = systemText(instructions, encoding);
  const noRole = capabilities.systemRole === 'none';
  const placed =
    noRole || capabilities.singleSystem === true ? request.turns.map(systemReminder) : request.turns;
  const rules = { merge: false, trimBlank: true, startWithUser: false };
  const turns = legaliseCallIds(
    normaliseTurns(noRole ? tellFirst(system, placed) : placed, rules),
    CHAT_CALL_IDS,
  );
  checkPrefill(turns, encoding);
  const messages = turns.flatMap((turn) => encodeTurn(turn, encoding));
  if (messages.length === 0) messages.push({ role: 'user', content: '(continued)' });
  return noRole || system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
}
