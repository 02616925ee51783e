import type { Json, JsonObject } from '@turnpike/kernel';
import { parseJson, stringifyJson } from '@turnpike/kernel';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from '../answer/answer';
import { splitText } from '../answer/split-text';
import type { Seal } from '../wire/seal';
import type { StreamStep } from '../wire/wire-dialect';
import { eventFrame } from './event-frame';

const STOP: Record<StopKind, string> = {
  end: 'end_turn',
  length: 'max_tokens',
  tool: 'tool_use',
  refusal: 'content_filtered',
  stop_sequence: 'stop_sequence',
  pause: 'end_turn',
  context: 'model_context_window_exceeded',
  malformed: 'malformed_tool_use',
  blocked: 'guardrail_intervened',
};

function usageOf(usage: AnswerUsage): JsonObject {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const details = [
    { ttl: '5m', inputTokens: usage.cacheWrite5m },
    { ttl: '1h', inputTokens: usage.cacheWrite1h },
  ].filter(({ inputTokens }) => inputTokens > 0);
  return {
    inputTokens: usage.input,
    outputTokens: usage.output,
    totalTokens: usage.input + usage.cacheRead + written + usage.output,
    cacheReadInputTokens: usage.cacheRead,
    cacheWriteInputTokens: written,
    ...(details.length ? { cacheDetails: details } : {}),
  };
}

function inputOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return {};
  }
}

type Kind<K extends AnswerPart['kind']> = Extract<AnswerPart, { kind: K }>;
const signatureOf = (part: Kind<'thinking'>, seal: Seal): string =>
  part.signature ?? seal.sign(part.chunks.join(''));
/** The sealed text as bytes, which JSON carries in base64. */
const blobOf = (part: Kind<'redacted'>, seal: Seal): string =>
  Buffer.from(part.data ?? seal.sign('redacted')).toString('base64');

function blockOf(part: AnswerPart, seal: Seal): JsonObject {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text: part.chunks.join('') };
    case 'thinking':
      return {
        reasoningContent: {
          reasoningText: { text: part.chunks.join(''), signature: signatureOf(part, seal) },
        },
      };
    case 'redacted':
      return { reasoningContent: { redactedContent: blobOf(part, seal) } };
    case 'image':
      return { image: { format: part.mime.replace('image/', ''), source: { bytes: part.data } } };
    case 'tool':
      return { toolUse: { toolUseId: part.id, name: part.name, input: inputOf(part.args) } };
  }
}

/** The whole answer as Converse gives it. */
export function writeBedrock(answer: Answer, seal: Seal): string {
  return stringifyJson({
    output: { message: { role: 'assistant', content: answer.parts.map((part) => blockOf(part, seal)) } },
    stopReason: STOP[answer.stop],
    ...(answer.reportsUsage ? { usage: usageOf(answer.usage) } : {}),
    metrics: { latencyMs: 12 },
  });
}

/** The vendor pads its events so that their lengths tell nothing. */
const padding = (payload: string): string => 'abcdefghijklmnop'.slice(0, 1 + (payload.length % 16));

export function bedrockEvent(type: string, data: JsonObject): Buffer {
  const p = padding(JSON.stringify(data));
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return eventFrame(headers, stringifyJson({ ...data, p }));
}

/** The opening of a block, for the kinds that have one, and its deltas. */
function piecesOf(part: AnswerPart, seal: Seal): { start?: JsonObject; deltas: JsonObject[] } {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { deltas: part.chunks.map((text) => ({ text })) };
    case 'thinking': {
      const thoughts = part.chunks.map((text) => ({ reasoningContent: { text } }));
      return { deltas: [...thoughts, { reasoningContent: { signature: signatureOf(part, seal) } }] };
    }
    case 'redacted':
      return { deltas: [{ reasoningContent: { redactedContent: blobOf(part, seal) } }] };
    case 'image':
      return { start: { image: { format: 'png' } }, deltas: [blockOf(part, seal)] };
    case 'tool':
      return {
        start: { toolUse: { toolUseId: part.id, name: part.name } },
        deltas: splitText(part.args, 3).map((input) => ({ toolUse: { input } })),
      };
  }
}

function blockSteps(part: AnswerPart, index: number, seal: Seal): StreamStep[] {
  const { start, deltas } = piecesOf(part, seal);
  const at = { contentBlockIndex: index };
  return [
    ...(start
      ? [{ wire: bedrockEvent('contentBlockStart', { start, ...at }), phase: 'content' as const }]
      : []),
    ...deltas.map((delta): StreamStep => ({
      wire: bedrockEvent('contentBlockDelta', { ...at, delta }),
      phase: 'content',
    })),
    { wire: bedrockEvent('contentBlockStop', at), phase: 'close' },
  ];
}

/** The answer as frames of an event stream; usage comes after the stop. */
export function streamBedrock(answer: Answer, seal: Seal): StreamStep[] {
  const usage = answer.reportsUsage ? { usage: usageOf(answer.usage) } : {};
  return [
    { wire: bedrockEvent('messageStart', { role: 'assistant' }), phase: 'start' },
    ...answer.parts.flatMap((part, index) => blockSteps(part, index, seal)),
    { wire: bedrockEvent('messageStop', { stopReason: STOP[answer.stop] }), phase: 'end' },
    {
      wire: bedrockEvent('metadata', { ...usage, metrics: { latencyMs: 12 } }),
      phase: 'end',
      reports: true,
    },
  ];
}
