import type { Json, JsonObject } from '@turnpike/kernel';
import { parseJson, stringifyJson } from '@turnpike/kernel';
import type { Answer, AnswerPart } from '../answer/answer';
import { asText } from '../wire/member-rules';
import type { StreamStep } from '../wire/wire-dialect';

function argsOf(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return {};
  }
}

/** The deltas of a part; this wire has neither images nor sealed thoughts. */
function deltasOf(part: AnswerPart): JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.chunks.map((content) => ({ content }));
    case 'thinking':
      return part.chunks.map((thinking) => ({ content: '', thinking }));
    case 'image':
      return [{ content: `[image ${part.mime}]` }];
    case 'tool':
      return [{ content: '', tool_calls: [{ function: { name: part.name, arguments: argsOf(part.args) } }] }];
    case 'redacted':
      return [];
  }
}

const head = (answer: Answer): JsonObject => ({
  model: answer.model,
  created_at: new Date(answer.createdAt * 1000).toISOString(),
});

function ending({ stop, usage, reportsUsage }: Answer): JsonObject {
  return {
    done: true,
    done_reason: stop === 'length' || stop === 'context' ? 'length' : 'stop',
    total_duration: 174_560_334,
    load_duration: 101_397_084,
    ...(reportsUsage
      ? {
          prompt_eval_count: usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h,
          prompt_eval_duration: 13_074_791,
          eval_count: usage.output,
          eval_duration: 52_479_709,
        }
      : {}),
  };
}

/** The whole answer as one object. */
export function writeOllama(answer: Answer): string {
  const deltas = answer.parts.flatMap(deltasOf);
  const thinking = deltas.map((delta) => asText(delta.thinking)).join('');
  const calls = deltas.flatMap((delta) => (Array.isArray(delta.tool_calls) ? delta.tool_calls : []));
  return stringifyJson({
    ...head(answer),
    message: {
      role: 'assistant',
      content: deltas.map((delta) => asText(delta.content)).join(''),
      ...(thinking ? { thinking } : {}),
      ...(calls.length ? { tool_calls: calls } : {}),
    },
    ...ending(answer),
  });
}

/** The answer as lines of JSON; the last one is done. */
export function streamOllama(answer: Answer): StreamStep[] {
  const line = (delta: JsonObject, rest: JsonObject): string =>
    `${stringifyJson({ ...head(answer), message: { role: 'assistant', ...delta }, ...rest })}\n`;
  return [
    ...answer.parts.flatMap(deltasOf).map((delta): StreamStep => ({
      wire: line(delta, { done: false }),
      phase: 'content',
    })),
    { wire: line({ content: '' }, ending(answer)), phase: 'end', reports: true },
  ];
}
