import type { Json, JsonObject } from '@turnpike/kernel';
import { parseJson, stringifyJson } from '@turnpike/kernel';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from '../answer/answer';
import { splitText } from '../answer/split-text';
import type { Seal } from '../wire/seal';
import type { StreamStep } from '../wire/wire-dialect';

const STOP: Record<StopKind, string> = {
  end: 'end_turn',
  length: 'max_tokens',
  tool: 'tool_use',
  refusal: 'refusal',
  stop_sequence: 'stop_sequence',
  pause: 'pause_turn',
  context: 'model_context_window_exceeded',
  malformed: 'end_turn',
  blocked: 'refusal',
};

const inputOf = (usage: AnswerUsage): JsonObject => ({
  input_tokens: usage.input,
  cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
  cache_read_input_tokens: usage.cacheRead,
  cache_creation: {
    ephemeral_5m_input_tokens: usage.cacheWrite5m,
    ephemeral_1h_input_tokens: usage.cacheWrite1h,
  },
});
const outputOf = (usage: AnswerUsage): JsonObject => ({
  output_tokens: usage.output,
  ...(usage.reasoning ? { output_tokens_details: { thinking_tokens: usage.reasoning } } : {}),
});

/** This wire has no image answers: a script that orders one gets a note in its place. */
const noteOf = (part: Extract<AnswerPart, { kind: 'image' }>): string => `[image ${part.mime}]`;

/** `parseJson` keeps the digits of long numbers; what does not parse was scripted so and becomes empty. */
function argsOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return {};
  }
}

const signatureOf = (part: Extract<AnswerPart, { kind: 'thinking' }>, seal: Seal): string =>
  part.signature ?? seal.sign(part.chunks.join(''));

function blockOf(part: AnswerPart, seal: Seal): JsonObject {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: part.chunks.join('') };
    case 'thinking':
      return { type: 'thinking', thinking: part.chunks.join(''), signature: signatureOf(part, seal) };
    case 'redacted':
      return { type: 'redacted_thinking', data: part.data ?? seal.sign('redacted') };
    case 'image':
      return { type: 'text', text: noteOf(part) };
    case 'tool':
      return { type: 'tool_use', id: part.id, name: part.name, input: argsOf(part.args) };
  }
}

const headOf = (answer: Answer): JsonObject => ({
  id: `msg_${answer.id}`,
  type: 'message',
  role: 'assistant',
  model: answer.model,
});

/** The whole answer as one message. */
export function writeMessages(answer: Answer, seal: Seal): string {
  return stringifyJson({
    ...headOf(answer),
    content: answer.parts.map((part) => blockOf(part, seal)),
    stop_reason: STOP[answer.stop],
    stop_sequence: answer.stopText,
    ...(answer.reportsUsage
      ? { usage: { ...inputOf(answer.usage), ...outputOf(answer.usage), service_tier: 'standard' } }
      : {}),
  });
}

const event = (type: string, data: JsonObject): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** The opening form of a block and its deltas. */
function openingOf(part: AnswerPart, seal: Seal): { block: JsonObject; deltas: JsonObject[] } {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return {
        block: { type: 'text', text: '' },
        deltas: part.chunks.map((text) => ({ type: 'text_delta', text })),
      };
    case 'image':
      return { block: { type: 'text', text: '' }, deltas: [{ type: 'text_delta', text: noteOf(part) }] };
    case 'thinking': {
      const thoughts = part.chunks.map((thinking) => ({ type: 'thinking_delta', thinking }));
      return {
        block: { type: 'thinking', thinking: '', signature: '' },
        deltas: [...thoughts, { type: 'signature_delta', signature: signatureOf(part, seal) }],
      };
    }
    case 'redacted':
      return { block: blockOf(part, seal), deltas: [] };
    case 'tool': {
      const pieces = ['', ...splitText(part.args, 3)].map((json) => ({
        type: 'input_json_delta',
        partial_json: json,
      }));
      return { block: { type: 'tool_use', id: part.id, name: part.name, input: {} }, deltas: pieces };
    }
  }
}

function blockSteps(part: AnswerPart, index: number, seal: Seal): StreamStep[] {
  const { block, deltas } = openingOf(part, seal);
  const opens = part.kind === 'tool' || part.kind === 'redacted';
  return [
    {
      wire: event('content_block_start', { index, content_block: block }),
      phase: opens || index ? 'content' : 'start',
    },
    ...deltas.map((delta): StreamStep => ({
      wire: event('content_block_delta', { index, delta }),
      phase: 'content',
    })),
    { wire: event('content_block_stop', { index }), phase: 'close' },
  ];
}

/** The answer as the events of a Messages stream. */
export function streamMessages(answer: Answer, seal: Seal): StreamStep[] {
  const first = answer.reportsUsage
    ? { ...inputOf(answer.usage), output_tokens: Math.min(1, answer.usage.output), service_tier: 'standard' }
    : {};
  const message = { ...headOf(answer), content: [], stop_reason: null, stop_sequence: null, usage: first };
  const last = answer.reportsUsage ? { ...inputOf(answer.usage), ...outputOf(answer.usage) } : {};
  return [
    { wire: event('message_start', { message }), phase: 'start' },
    { wire: event('ping', {}), phase: 'start' },
    ...answer.parts.flatMap((part, index) => blockSteps(part, index, seal)),
    {
      wire: event('message_delta', {
        delta: { stop_reason: STOP[answer.stop], stop_sequence: answer.stopText },
        usage: last,
      }),
      phase: 'end',
      reports: true,
    },
    { wire: event('message_stop', {}), phase: 'end' },
  ];
}
