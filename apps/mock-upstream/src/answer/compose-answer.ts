import { createHash } from 'node:crypto';
import type { Plan } from '../script/plan';
import type { ToolOffer, Understood } from '../wire/wire-dialect';
import type { Answer, AnswerPart, AnswerUsage, StopKind } from './answer';
import { callOf } from './call-of';
import { composeDemo } from './demo-answer';
import { sampleArgs } from './sample-schema';
import { scriptedChunks, splitText } from './split-text';

export interface AnswerContext {
  readonly plan: Plan | undefined;
  readonly seen: Understood;
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** One pixel, so that an image answer is small and real. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const answerId = (seen: Understood, plan: Plan | undefined): string =>
  plan?.id?.replace(/[^\w-]/g, '_') ??
  createHash('sha256')
    .update(`${seen.promptCharacters}\n${seen.userTexts.join('\n')}`)
    .digest('hex')
    .slice(0, 16);

const times = (count: number | undefined, make: (i: number) => AnswerPart): AnswerPart[] =>
  Array.from({ length: count ?? 0 }, (_, i) => make(i));

/** Call ids differ from turn to turn: vendors refuse a conversation in which one repeats. */
const turnOf = (seen: Understood): string => seen.promptCharacters.toString(36);

/** Results that have just come end a tool loop, unless the script goes on. */
const mayCall = (plan: Plan, seen: Understood): boolean =>
  seen.mayCall && (plan.again === true || seen.results.length === 0);

const isNamed = (tool: ToolOffer, name: string | undefined): boolean =>
  tool.name === name || `${tool.namespace}__${tool.name}` === name;

function toolParts(plan: Plan, seen: Understood, id: string): AnswerPart[] {
  if (!plan.tool || !mayCall(plan, seen)) return [];
  const named =
    plan.toolName === undefined ? seen.tools : seen.tools.filter((tool) => isNamed(tool, plan.toolName));
  if (!named.length) return [];
  return times(plan.tool, (i) => {
    const tool = named[i % named.length] ?? { name: 'none', schema: {} };
    const sample = tool.custom ? 'example' : sampleArgs(tool.schema);
    return callOf(tool, `call_${id}_${turnOf(seen)}_${i}`, plan.toolArgs ?? sample);
  });
}

function scriptedParts(plan: Plan, seen: Understood, id: string): AnswerPart[] {
  if (plan.parts) {
    const kept = plan.parts.filter((part) => part.kind !== 'tool' || mayCall(plan, seen));
    if (kept.length || !plan.parts.length) return kept;
  }
  const chunks =
    plan.text === undefined ? scriptedChunks(id, plan.chunks ?? 4) : splitText(plan.text, plan.chunks ?? 4);
  const text: AnswerPart = { kind: 'text', chunks };
  const calls = toolParts(plan, seen, id);
  return [
    ...times(plan.think ?? Number(seen.thinks), (i): AnswerPart => {
      const thought = `Thinking about ${id}, step ${i + 1}.`;
      return { kind: 'thinking', chunks: splitText(thought, 2) };
    }),
    ...times(plan.redacted, (): AnswerPart => ({ kind: 'redacted' })),
    ...(calls.length && !plan.sayToo ? [] : [text]),
    ...times(plan.image, (): AnswerPart => ({ kind: 'image', mime: 'image/png', data: PIXEL })),
    ...calls,
  ];
}

function scriptedUsage(plan: Plan, parts: readonly AnswerPart[]): AnswerUsage {
  const chunkCount = parts.reduce((sum, part) => sum + ('chunks' in part ? part.chunks.length : 1), 0);
  const output = plan.tokens ?? chunkCount;
  return {
    input: plan.in ?? 11,
    cacheRead: plan.cached ?? 0,
    cacheWrite5m: plan.cacheWrite ?? 0,
    cacheWrite1h: plan.cacheWrite1h ?? 0,
    output,
    reasoning: Math.min(output, plan.reasoning ?? (parts.some((part) => part.kind === 'thinking') ? 3 : 0)),
  };
}

function composeScripted(plan: Plan, seen: Understood, id: string): Pick<Answer, 'parts' | 'stop' | 'usage'> {
  if (plan.fault?.kind === 'empty' || plan.stop === 'blocked')
    return {
      parts: [],
      stop: plan.stop ?? 'end',
      usage: { ...scriptedUsage(plan, []), output: 0, reasoning: 0 },
    };
  const parts = scriptedParts(plan, seen, id);
  const usage = scriptedUsage(plan, parts);
  const natural: StopKind = parts.some((part) => part.kind === 'tool') ? 'tool' : 'end';
  if (seen.cap === undefined || plan.ignoreCap || usage.output <= seen.cap)
    return { parts, stop: plan.stop ?? natural, usage };
  const output = seen.cap;
  return { parts, stop: 'length', usage: { ...usage, output, reasoning: Math.min(usage.reasoning, output) } };
}

/** The answer to one accepted request: what its script orders, else the demo's. Same request, same answer. */
export function composeAnswer({ plan, seen, model, nowMs }: AnswerContext): Answer {
  const id = answerId(seen, plan);
  const said = plan ? composeScripted(plan, seen, id) : composeDemo(seen, id);
  return {
    id,
    turn: turnOf(seen),
    model,
    createdAt: Math.floor(nowMs / 1000),
    stopText: said.stop === 'stop_sequence' ? (seen.stops[0] ?? 'STOP') : null,
    reportsUsage: !plan?.noUsage,
    wantsUsage: seen.wantsUsage,
    interleaved: plan?.interleave === true,
    choices: seen.choices,
    ...said,
  };
}
