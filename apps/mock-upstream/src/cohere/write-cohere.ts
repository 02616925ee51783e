import type { JsonObject } from '@turnpike/kernel';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from '../answer/answer';
import { splitText } from '../answer/split-text';
import type { StreamStep } from '../wire/wire-dialect';

const FINISH: Record<StopKind, string> = {
  end: 'COMPLETE',
  length: 'MAX_TOKENS',
  tool: 'TOOL_CALL',
  refusal: 'ERROR',
  stop_sequence: 'STOP_SEQUENCE',
  pause: 'COMPLETE',
  context: 'MAX_TOKENS',
  malformed: 'ERROR',
  blocked: 'ERROR',
};

/** Tokens of the vendor's own in every prompt. */
const OWN_TOKENS = 3;

const usageOf = (usage: AnswerUsage): JsonObject => {
  const input = usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  return {
    // What it adds to every prompt itself is not charged.
    billed_units: { input_tokens: Math.max(0, input - OWN_TOKENS), output_tokens: usage.output },
    tokens: { input_tokens: input, output_tokens: usage.output },
    cached_tokens: usage.cacheRead,
  };
};
const ending = (answer: Answer): JsonObject => ({
  finish_reason: FINISH[answer.stop],
  ...(answer.reportsUsage ? { usage: usageOf(answer.usage) } : {}),
});

type Call = Extract<AnswerPart, { kind: 'tool' }>;
const callBody = ({ id, name }: Call, args: string): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

/** Before calls the vendor's models say what they plan, and not what they answer. */
const isPlan = (answer: Answer, part: AnswerPart): boolean =>
  part.kind === 'text' && answer.parts.some((other) => other.kind === 'tool');

/** A piece of content; this wire has no images, so a script that orders one gets a note in its place. */
function contentOf(part: AnswerPart): { type: string; chunks: readonly string[] } | undefined {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', chunks: part.chunks };
    case 'thinking':
      return { type: 'thinking', chunks: part.chunks };
    case 'image':
      return { type: 'text', chunks: [`[image ${part.mime}]`] };
    case 'redacted':
    case 'tool':
      return undefined;
  }
}

/** The whole answer as one chat response. */
export function writeCohere(answer: Answer): string {
  const content = answer.parts.flatMap((part) => {
    const piece = isPlan(answer, part) ? undefined : contentOf(part);
    return piece ? [{ type: piece.type, [piece.type]: piece.chunks.join('') }] : [];
  });
  const calls = answer.parts.flatMap((part) => (part.kind === 'tool' ? [callBody(part, part.args)] : []));
  const plan = answer.parts.flatMap((part) => (isPlan(answer, part) && 'chunks' in part ? part.chunks : []));
  return JSON.stringify({
    id: `${answer.id}-${answer.turn}`,
    message: {
      role: 'assistant',
      ...(content.length ? { content } : {}),
      ...(plan.length ? { tool_plan: plan.join('') } : {}),
      ...(calls.length ? { tool_calls: calls } : {}),
    },
    ...ending(answer),
  });
}

export const cohereEvent = (type: string, data: JsonObject): string =>
  `event: ${type}\ndata: ${JSON.stringify({ ...data, type })}\n\n`;
const step = (type: string, data: JsonObject, phase: StreamStep['phase'] = 'content'): StreamStep => ({
  wire: cohereEvent(type, data),
  phase,
});

function contentSteps(type: string, chunks: readonly string[], index: number): StreamStep[] {
  const delta = (text: string, extra: JsonObject = {}): JsonObject => ({
    index,
    delta: { message: { content: { ...extra, [type]: text } } },
  });
  return [
    step('content-start', delta('', { type }), index ? 'content' : 'start'),
    ...chunks.map((text) => step('content-delta', delta(text))),
    step('content-end', { index }, 'close'),
  ];
}

function callSteps(call: Call, index: number): StreamStep[] {
  const pieces = splitText(call.args, 3).map((args) =>
    step('tool-call-delta', {
      index,
      delta: { message: { tool_calls: { function: { arguments: args } } } },
    }),
  );
  const opening = { index, delta: { message: { tool_calls: callBody(call, '') } } };
  return [step('tool-call-start', opening), ...pieces, step('tool-call-end', { index }, 'close')];
}

function partSteps(answer: Answer): StreamStep[] {
  let contents = 0;
  let calls = 0;
  return answer.parts.flatMap((part): StreamStep[] => {
    if (part.kind === 'tool') return callSteps(part, calls++);
    if (isPlan(answer, part) && 'chunks' in part)
      return part.chunks.map((text) => step('tool-plan-delta', { delta: { message: { tool_plan: text } } }));
    const piece = contentOf(part);
    return piece ? contentSteps(piece.type, piece.chunks, contents++) : [];
  });
}

/** The answer as the events of a chat stream. */
export function streamCohere(answer: Answer): StreamStep[] {
  const id = `${answer.id}-${answer.turn}`;
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return [
    step('message-start', { id, delta: { message } }, 'start'),
    ...partSteps(answer),
    { ...step('message-end', { id, delta: ending(answer) }, 'end'), reports: true },
  ];
}
