import { parseJson, stringifyJson } from '@turnpike/kernel';
import {
  argumentsObject,
  DIALECT_IDS,
  partText,
  wantedEffort,
  type ChatRequest,
  type Part,
  type Restoration,
} from '@turnpike/protocol';
import fc from 'fast-check';
import { DIALECTS } from '../registry';
import { bodiesOf, TARGETS } from './fixtures/requests';

const RUNS = { numRuns: 120 };
const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));

/** A request as it was, as a server of the target's dialect understands it, and what was said of the way. */
interface Carried {
  readonly before: ChatRequest;
  readonly after: ChatRequest;
  readonly restoration: Restoration;
}

const thinks = (request: ChatRequest): boolean =>
  request.reasoning !== undefined && wantedEffort(request.reasoning) !== 'none';

const namesOf = (request: ChatRequest): number => new Set(request.tools.map((tool) => tool.name)).size;

/** True: nothing about calls can be said without tools, or where none may be called. */
const withoutTools = ({ before, after }: Carried): boolean =>
  before.tools.length === 0 || after.tools.length === 0 || before.toolChoice?.kind === 'none';

/** What a request says, whether it is still said, and by which losses it may have gone. */
const SAID: readonly (readonly [string, RegExp, (carried: Carried) => boolean])[] = [
  [
    'cap on output',
    /^clamped:max_tokens$/,
    ({ before, after }) => before.maxTokens === undefined || after.maxTokens === before.maxTokens,
  ],
  [
    'temperature',
    /^(?:dropped|clamped):temperature$/,
    // Beside thinking 1 is what happens anyway.
    ({ before, after }) =>
      before.temperature === undefined ||
      after.temperature === before.temperature ||
      (before.temperature === 1 && after.temperature === undefined),
  ],
  [
    'top_p',
    /^dropped:top_p$/,
    ({ before, after }) =>
      before.topP === undefined ||
      after.topP === before.topP ||
      (before.topP === 1 && after.topP === undefined),
  ],
  ['top_k', /^dropped:top_k$/, ({ before, after }) => (before.topK ?? 0) <= 0 || after.topK === before.topK],
  [
    'stop sequences',
    /^never$/,
    ({ before, after, restoration }) => {
      const kept = new Set([...(after.stop ?? []), ...(restoration.localStops ?? [])]);
      return (before.stop ?? []).every((stop) => stop === '' || kept.has(stop));
    },
  ],
  ['seed', /^dropped:seed$/, ({ before, after }) => after.seed === before.seed],
  [
    'parallel calls',
    /^dropped:parallel_tool_calls$/,
    (c) => c.before.parallelTools !== false || c.after.parallelTools === false || withoutTools(c),
  ],
  [
    'choice of tools',
    /^(?:dropped:tool_choice|filtered:tools)$/,
    (c) =>
      c.before.toolChoice === undefined ||
      c.before.toolChoice.kind === 'auto' ||
      c.after.toolChoice?.kind === c.before.toolChoice.kind ||
      c.after.tools.length === 0,
  ],
  [
    'tools',
    /^dropped:duplicate_tool$/,
    ({ before, after }) => before.tools.length === 0 || after.tools.length >= namesOf(before),
  ],
  [
    'structured answer',
    /^(?:emulated|simplified):/,
    ({ before, after }) => {
      const wanted = before.format?.kind ?? 'text';
      return wanted === 'text' || after.format?.kind === wanted;
    },
  ],
  [
    'thinking',
    /thinking|reasoning|effort|budget/,
    ({ before, after }) => !thinks(before) || thinks(after) || before.reasoning?.budget === 'auto',
  ],
  ['no thinking', /thinking|reasoning|effort/, ({ before, after }) => thinks(before) || !thinks(after)],
  [
    'end user',
    /^dropped:user$/,
    ({ before, after }) => before.user === undefined || after.user !== undefined,
  ],
  [
    'metadata',
    /^dropped:metadata$/,
    ({ before, after }) => before.metadata === undefined || after.metadata !== undefined,
  ],
  [
    'verbosity',
    /^dropped:verbosity$/,
    ({ before, after }) => before.verbosity === undefined || after.verbosity === before.verbosity,
  ],
  ['stream', /^never$/, ({ before, after }) => before.stream === after.stream],
];

describe.each(PAIRS)('a request of %s to %s', (from, to) => {
  /** The Gemini API says in its path whether to stream. */
  const carry = (before: ChatRequest) => {
    const { body, losses, restoration } = DIALECTS[to].encodeRequest(before, TARGETS[to]);
    const sent = parseJson(stringifyJson({ model: 'm', ...body }));
    const after = DIALECTS[to].decodeRequest(sent as typeof body, { model: 'm', stream: before.stream });
    return { before, after, losses, restoration };
  };

  it('keeps what it says, or names the loss', () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const carried = carry(DIALECTS[from].decodeRequest(body));
        const lost = SAID.filter(
          ([, loss, isKept]) => !isKept(carried) && !carried.losses.some((code) => loss.test(code)),
        );
        expect(lost.map(([name]) => name)).toEqual([]);
        const { before, after } = carried;
        const told = [after.system, ...after.turns.map((turn) => turn.parts)].map(wordsIn).join('\n');
        const words = [before.system, ...before.turns.map((turn) => turn.parts)].flatMap((parts) =>
          parts.map((part) => (partText(part) ?? '').trim()),
        );
        expect(words.filter((word) => !told.includes(word))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('keeps every call with its arguments', () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const { before, after, restoration } = carry(DIALECTS[from].decodeRequest(body));
        const nameOf = (name: string): string => restoration.tools?.get(name)?.name ?? name;
        expect(callsIn(after, nameOf)).toEqual(callsIn(before, (name) => name));
      }),
      RUNS,
    );
  });
});

const wordsIn = (parts: readonly Part[]): string =>
  parts.map((part) => (part.kind === 'result' ? wordsIn(part.parts) : (partText(part) ?? ''))).join('\n');

/** Free text travels as the one member of an object where tools take objects. */
function argumentsOf(part: Extract<Part, { kind: 'call' }>): string {
  if (part.tool === 'custom') return stringifyJson({ input: part.args });
  return stringifyJson(argumentsObject(part.args));
}

const callsIn = (request: ChatRequest, nameOf: (name: string) => string): string[] =>
  request.turns.flatMap((turn) =>
    turn.parts.flatMap((part) => (part.kind === 'call' ? [`${nameOf(part.name)} ${argumentsOf(part)}`] : [])),
  );
