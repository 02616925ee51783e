import type { JsonObject } from '@turnpike/kernel';
import {
  argumentsObject,
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
import { carriesMedia, encodeUserParts } from './encode-user-parts';

const isResult = (part: Part): part is ResultPart => part.kind === 'result';

function encodeCall(call: CallPart, { names }: UpstreamEncoding): JsonObject {
  const args = call.tool === 'custom' ? customArguments(call.args) : argumentsObject(call.args);
  return { function: { name: names.wireName(call), arguments: args } };
}

/** Thinking goes back to models whose template wants it, and only what no vendor signed. */
function thinkingOf(parts: readonly Part[], { capabilities, losses }: UpstreamEncoding): string | undefined {
  const reasoning = parts.filter((part): part is ReasoningPart => part.kind === 'reasoning');
  const own = capabilities.echoReasoning === true ? reasoning.filter((part) => !part.signature) : [];
  if (own.length < reasoning.length) losses.dropped('reasoning');
  const text = own.map((part) => part.text ?? part.summary?.join('\n\n') ?? '').join('');
  return text === '' ? undefined : text;
}

function encodeAssistant({ parts }: Turn, encoding: UpstreamEncoding): JsonObject[] {
  const calls = parts.filter((part) => part.kind === 'call').map((call) => encodeCall(call, encoding));
  const content = assistantText(parts, encoding);
  const thinking = thinkingOf(parts, encoding);
  if (content === '' && calls.length === 0) return [];
  return [
    {
      role: 'assistant',
      content,
      ...(thinking === undefined ? {} : { thinking }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  ];
}

type CallNames = ReadonlyMap<string, string>;

/** Names of the calls on the wire, by their ids. */
const callNames = (turns: readonly Turn[], { names }: UpstreamEncoding): CallNames =>
  new Map(
    turns.flatMap((turn) =>
      turn.parts.flatMap((part) => (part.kind === 'call' ? [[part.id, names.wireName(part)] as const] : [])),
    ),
  );

/** Results know their call by the tool's name and by their order: this wire has no ids. */
function encodeUser({ parts }: Turn, called: CallNames, encoding: UpstreamEncoding): JsonObject[] {
  const { results, shown } = resultTexts(
    parts.filter(isResult),
    (part) => carriesMedia(part, encoding),
    encoding,
  );
  const messages = results.map(({ result, text }): JsonObject => {
    return { role: 'tool', content: text, tool_name: called.get(result.callId) ?? 'unknown' };
  });
  for (const said of [shown, parts.filter((part) => !isResult(part))])
    if (said.length > 0) messages.push(encodeUserParts(said, encoding));
  return messages;
}

function encodeTurn(turn: Turn, called: CallNames, encoding: UpstreamEncoding): JsonObject[] {
  if (turn.role === 'user') return encodeUser(turn, called, encoding);
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
  const rules = { merge: false, trimBlank: false, startWithUser: false };
  const turns = legaliseCallIds(
    normaliseTurns(noRole ? tellFirst(system, placed) : placed, rules),
    CHAT_CALL_IDS,
  );
  checkPrefill(turns, encoding);
  const called = callNames(turns, encoding);
  const messages = turns.flatMap((turn) => encodeTurn(turn, called, encoding));
  if (messages.length === 0) messages.push({ role: 'user', content: '(continued)' });
  return noRole || system === undefined ? messages : [{ role: 'system', content: system }, ...messages];
}
