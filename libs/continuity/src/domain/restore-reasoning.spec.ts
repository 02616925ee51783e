import {
  normaliseTurns,
  type ChatRequest,
  type Part,
  type ReasoningPart,
  type Turn,
} from '@turnpike/protocol';
import fc from 'fast-check';
import type { KeptReasoning } from './kept-reasoning';
import { missingReasoning } from './missing-reasoning';
import type { ReasoningTarget } from './reasoning-target';
import { restoreReasoning } from './restore-reasoning';

interface TestTarget extends ReasoningTarget {
  readonly vendor: string;
}

const target = (more: Partial<TestTarget> = {}): TestTarget => {
  const vendor = more.vendor ?? 'anthropic';
  const accepts = (other: string): boolean => other === vendor;
  return { dialect: 'anthropic-messages', account: 'claude', capabilities: {}, ...more, vendor, accepts };
};
const CLAUDE = target();
const GEMINI = target({ dialect: 'gemini-generate', vendor: 'google', account: 'gemini' });
const OPENAI = target({ dialect: 'openai-responses', vendor: 'openai', account: 'openai' });
const DEEPSEEK = target({
  dialect: 'openai-chat',
  vendor: 'deepseek',
  account: 'deepseek',
  capabilities: { echoReasoning: true },
});

const call = (id: string, more: object = {}): Part => ({
  kind: 'call',
  id,
  name: 'f',
  args: '{}',
  tool: 'function',
  ...more,
});
const result = (callId: string): Turn => ({
  role: 'user',
  parts: [{ kind: 'result', callId, parts: [{ kind: 'text', text: 'ok' }] }],
});
const user: Turn = { role: 'user', parts: [{ kind: 'text', text: 'go' }] };
const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const text: Part = { kind: 'text', text: 'well' };
const thought = (words: string, vendor?: string): ReasoningPart => ({
  kind: 'reasoning',
  text: words,
  ...(vendor === undefined ? {} : { signature: { vendor, value: `proof of ${words}` } }),
});

const request = (turns: readonly Turn[], more: Partial<ChatRequest> = {}): ChatRequest => ({
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns,
  tools: [],
  stream: false,
  includeUsage: true,
  native: {},
  reasoning: { effort: 'high' },
  ...more,
});
const kept = (of: TestTarget, more: Partial<KeptReasoning> = {}): KeptReasoning => ({
  vendor: of.vendor,
  account: of.account,
  name: 'f',
  opening: [thought('plan', of.vendor)],
  reasoning: [],
  ...more,
});

describe('missingReasoning', () => {
  const bare = [user, assistant(text, call('a'), call('b')), result('a'), assistant(call('c')), result('c')];
  it.each<[string, TestTarget, Partial<ChatRequest>, readonly Turn[], string[]]>([
    ['calls without thinking', CLAUDE, {}, bare, ['a', 'b', 'c']],
    ['nothing where thinking is not asked for', CLAUDE, { reasoning: undefined }, bare, []],
    ['nothing where thinking is switched off', CLAUDE, { reasoning: { effort: 'none' } }, bare, []],
    ['nothing of a model that cannot think', target({ capabilities: { thinking: 'none' } }), {}, bare, []],
    ['unsigned calls', GEMINI, { reasoning: undefined }, bare, ['a', 'b', 'c']],
    [
      'nothing where calls need no signature',
      target({ ...GEMINI, capabilities: { signedCalls: false } }),
      {},
      bare,
      [],
    ],
    ['calls without reasoning items', OPENAI, { reasoning: undefined }, bare, ['a', 'b', 'c']],
    ['calls without their words', DEEPSEEK, {}, bare, ['a', 'b', 'c']],
    ['nothing of chat models that want none', target({ ...DEEPSEEK, capabilities: {} }), {}, bare, []],
    ['foreign thinking', CLAUDE, {}, [user, assistant(thought('x', 'google'), call('a'))], ['a']],
    ['unsigned thinking', CLAUDE, {}, [user, assistant(thought('x'), call('a'))], ['a']],
    [
      'nothing of signed turns',
      CLAUDE,
      {},
      [user, assistant(thought('x', 'anthropic'), call('a'), call('b'))],
      [],
    ],
    [
      'nothing of encrypted thinking',
      CLAUDE,
      {},
      [user, assistant({ kind: 'reasoning', redacted: 'r' }, call('a'))],
      [],
    ],
    [
      'nothing of signed calls',
      GEMINI,
      {},
      [user, assistant(call('a', { signature: { vendor: 'google', value: 's' } }), call('b'))],
      [],
    ],
    ['nothing of words', DEEPSEEK, {}, [user, assistant(thought('x'), call('a'))], []],
    ['nothing of turns without calls', CLAUDE, {}, [user, assistant(text), user], []],
  ])('names %s', (_, to, more, turns, ids) => {
    expect(missingReasoning(request(turns, more), to)).toEqual(ids);
  });

  it('looks for the latest calls when there are very many', () => {
    const turns = Array.from({ length: 2_000 }, (_, i) => assistant(call(`c${i}`)));
    const ids = missingReasoning(request(turns), CLAUDE);
    expect([ids.length, ids.at(-1)]).toEqual([512, 'c1999']);
  });
});

describe('restoreReasoning', () => {
  const restore = (turn: Turn, more: Partial<KeptReasoning>, to = CLAUDE): readonly Part[] | undefined =>
    restoreReasoning(request([user, turn, result('a')]), new Map([['a', kept(to, more)]]), to).turns[1]
      ?.parts;

  it('puts everything where it was', () => {
    expect(
      restore(assistant(text, call('a'), call('b')), {
        opening: [thought('plan', 'anthropic')],
        reasoning: [thought('more', 'anthropic')],
      }),
    ).toEqual([thought('plan', 'anthropic'), text, thought('more', 'anthropic'), call('a'), call('b')]);
  });

  it('replaces words by the same words with their proof', () => {
    expect(restore(assistant(thought('plan'), text, call('a')), {})).toEqual([
      thought('plan', 'anthropic'),
      text,
      call('a'),
    ]);
  });

  it('leaves words where only a call is signed', () => {
    const signature = { vendor: 'google', value: 's' };
    expect(restore(assistant(thought('plan'), call('a')), { opening: [], signature }, GEMINI)).toEqual([
      thought('plan'),
      call('a', { signature }),
    ]);
  });

  it('gives models their own words back', () => {
    const words = { opening: [thought('plan')] };
    expect(restore(assistant(call('a')), words, DEEPSEEK)).toEqual([thought('plan'), call('a')]);
  });

  it.each<[string, Partial<KeptReasoning>, TestTarget]>([
    ['of another vendor', { vendor: 'google' }, CLAUDE],
    ['of another account that cannot be read', { account: 'other' }, OPENAI],
    ['of another tool', { name: 'g' }, CLAUDE],
  ])('uses nothing %s', (_, more, to) => {
    const before = request([user, assistant(call('a')), result('a')]);
    expect(restoreReasoning(before, new Map([['a', kept(to, more)]]), to)).toBe(before);
  });

  it('uses thinking of another account where accounts do not matter', () => {
    expect(restore(assistant(call('a')), { account: 'other' })).toEqual([
      thought('plan', 'anthropic'),
      call('a'),
    ]);
  });

  describe('for any conversation and any memory', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const vendor = fc.constantFrom('anthropic', 'google', 'openai', 'deepseek');
    const reasoning = fc
      .tuple(fc.string(), fc.option(vendor, { nil: undefined }))
      .map(([words, by]) => thought(words, by));
    const part: fc.Arbitrary<Part> = fc.oneof(
      id.map((one) => call(one)),
      fc.string().map((one): Part => ({ kind: 'text', text: one })),
      reasoning,
    );
    const turn: fc.Arbitrary<Turn> = fc.oneof(
      fc.array(part, { maxLength: 5 }).map((parts) => assistant(...parts)),
      id.map(result),
      fc.constant(user),
    );
    const memory = fc
      .dictionary(
        id,
        fc.tuple(fc.constantFrom(CLAUDE, GEMINI, OPENAI, DEEPSEEK), fc.array(reasoning), fc.array(reasoning)),
      )
      .map(
        (byId) =>
          new Map(
            Object.entries(byId).map(([key, [of, opening, rest]]) => [
              key,
              kept(of, { opening, reasoning: rest, signature: { vendor: of.vendor, value: 's' } }),
            ]),
          ),
      );
    const to = fc.constantFrom(CLAUDE, GEMINI, OPENAI, DEEPSEEK);
    const conversation = fc.array(turn, { maxLength: 8 });
    const withoutProofs = (turns: readonly Turn[]): unknown =>
      turns.map((one) =>
        one.parts
          .filter((p) => p.kind !== 'reasoning')
          .map((p) => (p.kind === 'call' ? { ...p, signature: undefined } : p)),
      );

    it('changes nothing that was said, only reasoning and signatures', () => {
      fc.assert(
        fc.property(conversation, memory, to, (turns, known, where) => {
          const after = restoreReasoning(request(turns), known, where).turns;
          expect(withoutProofs(after)).toEqual(withoutProofs(turns));
        }),
      );
    });

    it('adds nothing of another vendor, and loses no proof of the client’s', () => {
      fc.assert(
        fc.property(conversation, memory, to, (turns, known, where) => {
          const after = restoreReasoning(request(turns), known, where).turns;
          const before = new Set(turns.flatMap(({ parts }) => parts));
          const now = new Set(after.flatMap(({ parts }) => parts));
          for (const one of before)
            if (one.kind === 'reasoning' && one.signature) expect(now.has(one)).toBe(true);
          for (const one of now)
            if (!before.has(one) && one.kind === 'call') expect(one.signature?.vendor).toBe(where.vendor);
        }),
      );
    });

    it('asks for nothing that it has, and does nothing twice', () => {
      fc.assert(
        fc.property(conversation, memory, to, (turns, known, where) => {
          const once = restoreReasoning(request(turns), known, where);
          const missing = new Set(missingReasoning(request(turns), where));
          for (const one of missingReasoning(once, where)) expect(missing.has(one)).toBe(true);
          if (where === GEMINI) expect(restoreReasoning(once, known, where)).toBe(once);
          expect(
            normaliseTurns(once.turns, { merge: true, trimBlank: true, startWithUser: true }),
          ).toBeDefined();
        }),
      );
    });
  });
});
