import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { Answer, AnswerPart } from '../answer/answer';
import type { WireRequest } from '../wire/wire-request';
import { typeOf, ownItems } from './expand-input';

type Spoken = Extract<AnswerPart, { kind: 'text' | 'refusal' }>;
type Thought = Extract<AnswerPart, { kind: 'thinking' }>;

/** One item of an answer: what it is in the end, and the pieces that it streams in. */
export interface OutputItem {
  readonly item: JsonObject;
  /** Texts or thoughts, each in its chunks; none for items that stream otherwise. */
  readonly parts: readonly (Spoken | Thought)[];
}

/** Neighbouring parts that make one item. */
function group(parts: readonly AnswerPart[]): AnswerPart[][] {
  const kindOf = (part: AnswerPart): string => (part.kind === 'refusal' ? 'text' : part.kind);
  const groups: AnswerPart[][] = [];
  for (const part of parts) {
    const last = groups.at(-1);
    const joins = ['text', 'thinking'].includes(kindOf(part));
    if (joins && last?.[0] && kindOf(last[0]) === kindOf(part)) last.push(part);
    else groups.push([part]);
  }
  return groups;
}

/** Models of this year tell whether a text is on the way or the end. */
const TELLS_PHASE = /codex|^gpt-(5\.[3-9]|[6-9])/;

const contentOf = (part: Spoken): JsonObject =>
  part.kind === 'text'
    ? { type: 'output_text', text: part.chunks.join(''), annotations: [], logprobs: [] }
    : { type: 'refusal', refusal: part.chunks.join('') };

const wantsSecret = ({ members }: WireRequest): boolean =>
  Array.isArray(members.include) && members.include.includes('reasoning.encrypted_content');

/** Without being asked the vendor shows no summary. */
const showsSummary = ({ members }: WireRequest): boolean =>
  isObject(members.reasoning) && typeof (members.reasoning.summary ?? undefined) === 'string';

function reasoningItem(
  id: string,
  thoughts: readonly Thought[],
  wire: WireRequest,
  said?: string,
): OutputItem {
  const shown = showsSummary(wire) ? thoughts : [];
  const summary = shown.map((part) => ({ type: 'summary_text', text: part.chunks.join('') }));
  const secret = wantsSecret(wire) ? { encrypted_content: said ?? wire.seal.sign(id) } : {};
  return { item: { id, type: 'reasoning', summary, ...secret }, parts: shown };
}

function messageItem(id: string, texts: readonly Spoken[], answer: Answer): OutputItem {
  const goesOn = answer.parts.some((part) => part.kind === 'tool');
  const phase = TELLS_PHASE.test(answer.model) ? { phase: goesOn ? 'commentary' : 'final_answer' } : {};
  const content = texts.map(contentOf);
  const item = { id, type: 'message', status: 'completed', content, role: 'assistant', ...phase };
  return { item, parts: texts };
}

function callItem(part: Extract<AnswerPart, { kind: 'tool' }>, suffix: string): OutputItem {
  const { id, name, args, namespace, custom } = part;
  const group = namespace === undefined ? {} : { namespace };
  const item: JsonObject = custom
    ? { id: `ctc_${suffix}`, type: 'custom_tool_call', status: 'completed', call_id: id, name, input: args }
    : {
        id: `fc_${suffix}`,
        type: 'function_call',
        status: 'completed',
        arguments: args,
        call_id: id,
        name,
      };
  return { item: { ...item, ...group }, parts: [] };
}

function itemOf(parts: readonly AnswerPart[], suffix: string, answer: Answer, wire: WireRequest): OutputItem {
  const [first] = parts;
  switch (first?.kind) {
    case 'thinking':
      return reasoningItem(`rs_${suffix}`, parts as Thought[], wire, first.signature);
    case 'redacted':
      return reasoningItem(`rs_${suffix}`, [], wire, first.data);
    case 'image': {
      const item = {
        id: `ig_${suffix}`,
        type: 'image_generation_call',
        status: 'completed',
        result: first.data,
      };
      return { item, parts: [] };
    }
    case 'tool':
      return callItem(first, suffix);
    default:
      return messageItem(`msg_${suffix}`, parts as Spoken[], answer);
  }
}

/** A caller that ends its input so wants its conversation shortened and nothing else. */
const wantsCompaction = ({ members }: WireRequest): boolean => {
  const last = ownItems(members).at(-1);
  return last !== undefined && typeOf(last) === 'compaction_trigger';
};

/** Whether the answer broke off before its end. */
export const isIncomplete = ({ stop }: Answer): boolean =>
  ['length', 'context', 'refusal', 'blocked'].includes(stop);

/** The items of an answer, in order, with ids that are new in each turn. */
export function outputItems(answer: Answer, wire: WireRequest): OutputItem[] {
  const suffix = (i: number): string => `${answer.id}_${answer.turn}_${i}`;
  if (wantsCompaction(wire)) {
    const id = `cmp_${suffix(0)}`;
    return [{ item: { id, type: 'compaction', encrypted_content: wire.seal.sign(id) }, parts: [] }];
  }
  const items = group(answer.parts).map((parts, i) => itemOf(parts, suffix(i), answer, wire));
  return items.map((each, i) =>
    isIncomplete(answer) && i === items.length - 1 && each.item.status
      ? { ...each, item: { ...each.item, status: 'incomplete' } }
      : each,
  );
}
