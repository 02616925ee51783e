import type { Json, JsonObject } from '@turnpike/kernel';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from '../answer/answer';
import { splitText } from '../answer/split-text';
import { objectsOf } from '../wire/member-rules';
import { createSeal } from '../wire/seal';
import type { StreamStep } from '../wire/wire-dialect';

const FINISH: Record<StopKind, string> = {
  end: 'stop',
  length: 'length',
  tool: 'tool_calls',
  refusal: 'content_filter',
  stop_sequence: 'stop',
  pause: 'stop',
  context: 'length',
  malformed: 'stop',
  blocked: 'content_filter',
};

const usageOf = (usage: AnswerUsage): JsonObject => {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const prompt = usage.input + usage.cacheRead + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: 0,
      ...(written ? { cache_write_tokens: written } : {}),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0 },
  };
};

const SEAL = createSeal('chat');

const joined = (answer: Answer, kind: 'text' | 'thinking' | 'refusal'): string =>
  answer.parts.map((part) => (part.kind === kind ? part.chunks.join('') : '')).join('');
const imageOf = (part: AnswerPart): JsonObject[] =>
  part.kind === 'image'
    ? [{ type: 'image_url', image_url: { url: `data:${part.mime};base64,${part.data}` } }]
    : [];
const encryptedOf = (part: AnswerPart): JsonObject[] =>
  part.kind === 'redacted' ? [{ type: 'reasoning.encrypted', data: part.data ?? SEAL.sign('redacted') }] : [];

type Call = Extract<AnswerPart, { kind: 'tool' }>;
const callBody = ({ name, custom }: Call, args: string): JsonObject =>
  custom
    ? { type: 'custom', custom: { name, input: args } }
    : { type: 'function', function: { name, arguments: args } };
const callPiece = ({ custom }: Call, args: string): JsonObject =>
  custom ? { custom: { input: args } } : { function: { arguments: args } };

function messageOf(answer: Answer): JsonObject {
  const calls = answer.parts.flatMap((part) =>
    part.kind === 'tool' ? [{ id: part.id, ...callBody(part, part.args) }] : [],
  );
  const text = joined(answer, 'text');
  const thought = joined(answer, 'thinking');
  const images = answer.parts.flatMap(imageOf);
  const encrypted = answer.parts.flatMap(encryptedOf);
  return {
    role: 'assistant',
    content: text || (calls.length ? null : ''),
    refusal: joined(answer, 'refusal') || null,
    annotations: [],
    ...(thought ? { reasoning_content: thought } : {}),
    ...(encrypted.length ? { reasoning_details: encrypted } : {}),
    ...(images.length ? { images } : {}),
    ...(calls.length ? { tool_calls: calls } : {}),
  };
}

const headOf = (answer: Answer, object: string): JsonObject => ({
  id: `chatcmpl-${answer.id}`,
  object,
  created: answer.createdAt,
  model: answer.model,
  service_tier: 'default',
  system_fingerprint: 'fp_mock',
});
const eachChoice = <T>(answer: Answer, make: (index: number) => T): T[] =>
  Array.from({ length: answer.choices }, (_, i) => make(i));

/** The whole answer as one chat completion. */
export function writeChat(answer: Answer): string {
  const choices = eachChoice(answer, (index) => ({
    index,
    message: messageOf(answer),
    logprobs: null,
    finish_reason: FINISH[answer.stop],
  }));
  return JSON.stringify({
    ...headOf(answer, 'chat.completion'),
    choices,
    ...(answer.reportsUsage ? { usage: usageOf(answer.usage) } : {}),
  });
}

function deltasOf(parts: readonly AnswerPart[]): JsonObject[] {
  let toolIndex = 0;
  return parts.flatMap((part): JsonObject[] => {
    switch (part.kind) {
      case 'text':
        return part.chunks.map((content) => ({ content }));
      case 'thinking':
        return part.chunks.map((text) => ({ reasoning_content: text }));
      case 'refusal':
        return part.chunks.map((refusal) => ({ refusal }));
      case 'redacted':
        return [{ reasoning_details: encryptedOf(part) }];
      case 'image':
        return [{ images: imageOf(part) }];
      case 'tool': {
        const index = toolIndex++;
        const opening = { index, id: part.id, ...callBody(part, '') };
        const pieces = splitText(part.args, 3).map((args) => ({ index, ...callPiece(part, args) }));
        return [opening, ...pieces].map((call) => ({ tool_calls: [call] }));
      }
    }
  });
}

/** Takes one fragment of each call in turn; what is no call stays in front. */
function mixCalls(deltas: readonly JsonObject[]): JsonObject[] {
  const rest = deltas.filter((delta) => !delta.tool_calls);
  const byCall = new Map<Json | undefined, JsonObject[]>();
  for (const delta of deltas) {
    const [call] = objectsOf(delta.tool_calls);
    if (call) byCall.set(call.index, [...(byCall.get(call.index) ?? []), delta]);
  }
  const queues = [...byCall.values()];
  const rounds = Math.max(0, ...queues.map((queue) => queue.length));
  const mixed = Array.from({ length: rounds }, (_, i) => queues.flatMap((queue) => queue.slice(i, i + 1)));
  return [...rest, ...mixed.flat()];
}

/** The answer as chat completion chunks, `[DONE]` included. */
export function streamChat(answer: Answer): StreamStep[] {
  const head = headOf(answer, 'chat.completion.chunk');
  // Until the last chunk a stream that was asked for usage carries it as null.
  const tail = answer.wantsUsage && answer.reportsUsage ? { usage: null } : {};
  const chunk = (choices: Json[], extra: JsonObject = tail): string =>
    `data: ${JSON.stringify({ ...head, choices, ...extra })}\n\n`;
  const choice = (index: number, delta: JsonObject, finish: string | null): Json => ({
    index,
    delta,
    logprobs: null,
    finish_reason: finish,
  });
  const steps: StreamStep[] = eachChoice(answer, (i) => ({
    wire: chunk([choice(i, { role: 'assistant', content: '', refusal: null }, null)]),
    phase: 'start',
  }));
  const deltas = deltasOf(answer.parts);
  for (const delta of answer.interleaved ? mixCalls(deltas) : deltas)
    steps.push(
      ...eachChoice(answer, (i): StreamStep => ({ wire: chunk([choice(i, delta, null)]), phase: 'content' })),
    );
  steps.push(
    ...eachChoice(answer, (i): StreamStep => ({
      wire: chunk([choice(i, {}, FINISH[answer.stop])]),
      phase: 'end',
    })),
  );
  if (answer.wantsUsage && answer.reportsUsage)
    steps.push({ wire: chunk([], { usage: usageOf(answer.usage) }), phase: 'end', reports: true });
  steps.push({ wire: 'data: [DONE]\n\n', phase: 'end' });
  return steps;
}
