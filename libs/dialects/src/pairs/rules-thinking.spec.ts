import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { becomes, send, type Letter, type Row } from './fixtures/sending';

const BUDGET: Capabilities = { thinking: 'budget', maxOutputTokens: 64_000 };
const G25: Capabilities = { thinking: 'budget', thinkingBudgetMax: 24_576 };
const PRO: Capabilities = {
  thinking: 'budget',
  thinkingBudgetMin: 128,
  thinkingBudgetMax: 32_768,
  thinkingOff: false,
};
const G3: Capabilities = { thinking: 'effort' };
const effort = (reasoning_effort: string): JsonObject => ({ reasoning_effort });
const enabled = (budget_tokens: number): JsonObject => ({ thinking: { type: 'enabled', budget_tokens } });
const room = { max_tokens: 60_000 };
const level = (thinkingLevel: string): object => ({
  generationConfig: { thinkingConfig: { thinkingLevel } },
});
const budget = (thinkingBudget: number): object => ({
  generationConfig: { thinkingConfig: { thinkingBudget } },
});
const adaptive = (word?: string): object => ({
  thinking: { type: 'adaptive' },
  ...(word === undefined ? {} : { output_config: { effort: word } }),
});
const asked = (budget_tokens: number): object => ({ thinking: { type: 'enabled', budget_tokens } });

/** An effort of a Chat client at each kind of model. */
const EFFORTS: readonly Row[] = [
  ['none', 'C', 'A', effort('none'), {}, { thinking: { type: 'disabled' } }],
  ['none', 'C', 'G', effort('none'), G25, budget(0)],
  ['none, where thinking cannot be off', 'C', 'G', effort('none'), PRO, budget(128)],
  ['none', 'C', 'G', effort('none'), G3, level('LOW')],
  ['none', 'C', 'G', effort('none'), { ...G3, efforts: ['minimal', 'high'] }, level('MINIMAL')],
  ['none', 'C', 'G', effort('none'), { ...G3, efforts: ['low', 'high'] }, level('LOW')],
  ['minimal', 'C', 'A', effort('minimal'), {}, adaptive('low')],
  ['minimal', 'C', 'A', { ...effort('minimal'), ...room }, BUDGET, asked(1_024)],
  ['minimal', 'C', 'G', effort('minimal'), G25, budget(512)],
  ['minimal', 'C', 'G', effort('minimal'), G3, level('LOW')],
  ['low', 'C', 'A', effort('low'), {}, adaptive('low')],
  ['low', 'C', 'A', { ...effort('low'), ...room }, BUDGET, asked(1_024)],
  ['low', 'C', 'G', effort('low'), G25, budget(1_024)],
  ['medium', 'C', 'A', effort('medium'), {}, adaptive('medium')],
  ['medium', 'C', 'A', { ...effort('medium'), ...room }, BUDGET, asked(8_192)],
  ['medium', 'C', 'G', effort('medium'), G25, budget(8_192)],
  ['medium', 'C', 'G', effort('medium'), { ...G3, efforts: ['low', 'high'] }, level('LOW')],
  ['high', 'C', 'A', effort('high'), {}, adaptive('high')],
  ['high', 'C', 'A', { ...effort('high'), ...room }, BUDGET, asked(24_576)],
  ['high', 'C', 'G', effort('high'), G25, budget(24_576)],
  ['xhigh', 'C', 'A', effort('xhigh'), {}, adaptive('xhigh')],
  ['xhigh', 'C', 'A', { ...effort('xhigh'), ...room }, BUDGET, asked(32_768)],
  ['xhigh', 'C', 'G', effort('xhigh'), PRO, budget(32_768)],
  ['xhigh', 'C', 'G', effort('xhigh'), G3, level('HIGH')],
  ['xhigh', 'C', 'G', effort('xhigh'), { ...G3, efforts: ['high', 'xhigh'] }, level('XHIGH')],
  ['xhigh', 'G', 'C', level('XHIGH') as JsonObject, {}, effort('xhigh')],
  [
    'max',
    'A',
    'C',
    { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } },
    {},
    effort('xhigh'),
  ],
  ['max', 'A', 'R', { output_config: { effort: 'max' } }, {}, { reasoning: { effort: 'xhigh' } }],
  ['an effort beyond the list', 'C', 'A', effort('xhigh'), { efforts: ['low', 'high'] }, adaptive('high')],
  ['a word', 'C', 'R', effort('medium'), {}, { reasoning: { effort: 'medium' } }],
  ['a word', 'R', 'C', { reasoning: { effort: 'low' } }, {}, effort('low')],
  [
    'a level',
    'G',
    'C',
    { generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } },
    {},
    effort('high'),
  ],
];

const BUDGETS: readonly Row[] = [
  ['512', 'G', 'C', budget(512) as JsonObject, {}, effort('minimal')],
  ['1024', 'A', 'C', enabled(1_024), {}, effort('low')],
  ['8192', 'A', 'R', enabled(8_192), {}, { reasoning: { effort: 'medium' } }],
  ['24576', 'A', 'C', { ...enabled(24_576), ...room }, {}, effort('high')],
  ['31999', 'A', 'C', { ...enabled(31_999), ...room }, {}, effort('xhigh')],
  ['5000', 'A', 'G', { ...enabled(5_000), ...room }, G25, budget(5_000)],
  ['31999', 'A', 'G', { ...enabled(31_999), ...room }, G25, budget(24_576)],
  ['5000', 'A', 'G', { ...enabled(5_000), ...room }, G3, level('MEDIUM')],
  ['5000', 'G', 'A', budget(5_000) as JsonObject, BUDGET, asked(5_000)],
  ['the model’s', 'G', 'C', budget(-1) as JsonObject, {}, {}],
  ['the model’s', 'A', 'G', { thinking: { type: 'adaptive' } }, G25, budget(-1)],
  ['one at the cap on output', 'A', 'A', { ...enabled(32_000), max_tokens: 32_000 }, BUDGET, asked(25_600)],
];

const FIELDS: readonly Row[] = [
  [
    'reasoning',
    'A',
    'C',
    enabled(2_000),
    { reasoningField: 'reasoning' },
    { reasoning: { max_tokens: 2_000 } },
  ],
  ['thinking', 'C', 'C', effort('high'), { reasoningField: 'thinking' }, { thinking: { type: 'enabled' } }],
  ['thinking', 'C', 'C', effort('none'), { reasoningField: 'thinking' }, { thinking: { type: 'disabled' } }],
  [
    'enable_thinking',
    'C',
    'C',
    effort('high'),
    { reasoningField: 'enable_thinking' },
    { enable_thinking: true },
  ],
  [
    'chat_template_kwargs',
    'A',
    'C',
    { thinking: { type: 'disabled' } },
    { reasoningField: 'chat_template_kwargs' },
    { chat_template_kwargs: { enable_thinking: false } },
  ],
];

const VISIBILITY: readonly Row[] = [
  ['a client of Messages expects text', 'A', 'R', enabled(2_000), {}, { reasoning: { summary: 'auto' } }],
  [
    'a client of Messages expects text',
    'A',
    'G',
    enabled(2_000),
    G3,
    { generationConfig: { thinkingConfig: { includeThoughts: true } } },
  ],
  [
    'summaries are shown',
    'R',
    'A',
    { reasoning: { effort: 'high', summary: 'detailed' } },
    {},
    { thinking: { type: 'adaptive', display: 'summarized' } },
  ],
];

describe('efforts', () => becomes(EFFORTS));
describe('budgets', () => becomes(BUDGETS));
describe('members that ask to think', () => becomes(FIELDS));
describe('what is shown of it', () => becomes(VISIBILITY));

describe('thinking', () => {
  const loop: JsonObject = {
    messages: [
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ],
    reasoning_effort: 'high',
    max_tokens: 9_000,
  };

  it.each<[string, Letter, Letter, JsonObject, Capabilities, JsonObject, string[]]>([
    [
      'is off where a loop of tools does not open with it and the model insists',
      'C',
      'A',
      loop,
      { thinking: 'budget' },
      { thinking: { type: 'disabled' } },
      ['dropped:thinking'],
    ],
    ['goes on where the model does not', 'C', 'A', loop, {}, { thinking: { type: 'adaptive' } }, []],
    [
      'fixes what else draws the answer',
      'C',
      'A',
      { reasoning_effort: 'high', temperature: 0.5, max_tokens: 9_000 },
      { thinking: 'budget' },
      { thinking: { type: 'enabled' } },
      ['dropped:temperature'],
    ],
    [
      'is left out where there is none',
      'A',
      'C',
      enabled(2_000),
      { reasoningField: 'none' },
      {},
      ['dropped:reasoning_effort'],
    ],
    ['is not asked for where nobody asked', 'A', 'G', {}, G3, {}, []],
  ])('%s (%s to %s)', (_, from, to, body, capabilities, expected, losses) => {
    const sent = send(from, to, body, capabilities);
    expect(sent.body).toMatchObject(expected);
    expect(sent.losses).toEqual(losses);
    expect(sent.body.temperature).toBeUndefined();
  });

  it.each<[Letter, Letter]>([
    ['A', 'C'],
    ['A', 'R'],
    ['C', 'A'],
    ['G', 'A'],
  ])('of nobody’s is not repeated (%s to %s)', (from, to) => {
    const bodies: Record<Letter, JsonObject> = {
      A: {
        messages: [
          { role: 'user', content: 'q' },
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'secret', signature: '' },
              { type: 'text', text: 'x' },
            ],
          },
          { role: 'user', content: 'r' },
        ],
      },
      C: {
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: 'x', reasoning_content: 'secret' },
          { role: 'user', content: 'r' },
        ],
      },
      G: {
        contents: [
          { parts: [{ text: 'q' }] },
          { role: 'model', parts: [{ text: 'secret', thought: true }, { text: 'x' }] },
          { parts: [{ text: 'r' }] },
        ],
      },
      R: {},
    };
    const { body, losses } = send(from, to, bodies[from]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(losses).toContain('dropped:reasoning');
  });
});
