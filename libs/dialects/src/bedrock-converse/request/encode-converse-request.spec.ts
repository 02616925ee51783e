import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { DIALECTS } from '../../registry';
import { encodeConverseRequest } from '.';

const q = { role: 'user', content: 'q' };
const CLAUDE: Capabilities = { requestFields: 'anthropic', maxOutputTokens: 64_000, noSampling: false };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const PDF = Buffer.from('%PDF-1.7 x').toString('base64');
const OBJECT = { type: 'object', properties: {} };

const target = (capabilities: Capabilities) => ({ model: 'up', capabilities, vendor: 'bedrock' });
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeConverseRequest(
    DIALECTS['anthropic-messages'].decodeRequest({ model: 'm', max_tokens: 9, messages: [q], ...body }),
    target(capabilities),
  );
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeConverseRequest(
    DIALECTS['openai-chat'].decodeRequest({ model: 'm', messages: [q], ...body }),
    target(capabilities),
  );
const contentOf = ({ body }: EncodedRequest, at = 0): unknown => (body.messages as JsonObject[])[at]?.content;
const without = ({ body }: EncodedRequest): JsonObject => {
  const { messages: _messages, ...rest } = body;
  return rest;
};
const use = (id: string, name = 'f'): JsonObject => ({ type: 'tool_use', id, name, input: { x: 1 } });
const tool = (name: string, more: JsonObject = {}): JsonObject => ({ name, input_schema: OBJECT, ...more });
const spec = (name: string, more: JsonObject = {}): JsonObject => ({
  toolSpec: { name, inputSchema: { json: OBJECT }, ...more },
});

it('sets the mark that the client left to its vendor', () => {
  const marked = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const point = { cachePoint: { type: 'default', ttl: '1h' } };
  expect(contentOf(fromMessages(marked, CLAUDE))).toEqual([{ text: 'q' }, point]);
  expect(contentOf(fromMessages(marked, { cacheMarks: false }))).toEqual([{ text: 'q' }]);
  expect(fromMessages(marked, CLAUDE).losses).toEqual([]);
});

it('says a plain request in its own words', () => {
  const { body, losses, restoration } = fromMessages(
    {
      system: [
        { type: 'text', text: 'x-anthropic-billing-header: cc' },
        { type: 'text', text: 'S', cache_control: { type: 'ephemeral', ttl: '1h' } },
        { type: 'text', text: 'T' },
      ],
      stream: true,
      temperature: 0.7,
      top_k: 5,
      stop_sequences: ['END', ' '],
      metadata: { user_id: 'u' },
    },
    CLAUDE,
  );
  expect(body).toEqual({
    messages: [{ role: 'user', content: [{ text: 'q' }] }],
    system: [{ text: 'S' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'T' }],
    inferenceConfig: { maxTokens: 9, temperature: 0.7, stopSequences: ['END'] },
    additionalModelRequestFields: { top_k: 5 },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
    requestMetadata: { user: '0bfe935e70c321c7ca3afc75ce0d0ca2f98b5422e008bb31c00c6d7f1f1c0ad6' },
  });
  expect(losses).toEqual(['emulated:stop']);
  expect(restoration).toEqual({ localStops: [' '] });
});

describe('parameters', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    [
      'the cap of a model that is not Claude',
      { max_tokens: 9 },
      {},
      { inferenceConfig: { maxTokens: 9 } },
      [],
    ],
    ['no cap where none is known', {}, {}, {}, []],
    ['Claude’s own maximum', {}, CLAUDE, { inferenceConfig: { maxTokens: 64_000 } }, []],
    [
      'a temperature of another scale',
      { temperature: 1.7 },
      {},
      { inferenceConfig: { temperature: 1 } },
      ['clamped:temperature'],
    ],
    [
      'top_k of Nova',
      { top_k: 5 },
      { requestFields: 'nova' },
      { additionalModelRequestFields: { inferenceConfig: { topK: 5 } } },
      [],
    ],
    ['top_k of nobody', { top_k: 5 }, {}, {}, ['dropped:top_k']],
    [
      'knobs that do not exist',
      { seed: 1, presence_penalty: 1, logprobs: true, metadata: { a: 'b' }, verbosity: 'low' },
      {},
      {},
      [
        'dropped:presence_penalty',
        'dropped:seed',
        'dropped:logprobs',
        'dropped:verbosity',
        'dropped:metadata',
      ],
    ],
    [
      'a fast tier where there is one',
      { service_tier: 'priority' },
      { latencyTier: true },
      { performanceConfig: { latency: 'optimized' } },
      [],
    ],
    ['a fast tier where there is none', { service_tier: 'priority' }, {}, {}, ['dropped:service_tier']],
    ['the usual tier', { service_tier: 'auto' }, {}, {}, []],
  ])('%s', (_, body, capabilities, expected, losses) => {
    const encoded = fromChat(body, capabilities);
    expect(without(encoded)).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

  it('refuses what the answer could not be', () => {
    expect(() => fromChat({ n: 2 })).toThrow(/More than one choice/);
    expect(() => fromChat({ modalities: ['audio'], audio: {} })).toThrow(/Audio output/);
    expect(() => fromMessages({ thread: { type: 'create' } })).toThrow(/thread is not supported/);
  });
});

describe('thinking', () => {
  const budget = (n: number): JsonObject => ({
    max_tokens: 9_000,
    thinking: { type: 'enabled', budget_tokens: n },
  });
  it.each<[string, JsonObject, Capabilities, JsonObject | undefined]>([
    [
      'a budget of Claude',
      budget(4_000),
      { ...CLAUDE, thinking: 'budget' },
      { thinking: { type: 'enabled', budget_tokens: 4_000 } },
    ],
    [
      'an effort of Claude',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      { ...CLAUDE, thinking: 'adaptive' },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    ],
    ['none of Claude', { thinking: { type: 'disabled' } }, CLAUDE, { thinking: { type: 'disabled' } }],
    [
      'an effort of Nova',
      budget(4_000),
      { requestFields: 'nova' },
      { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'medium' } },
    ],
    ['none of Nova', { thinking: { type: 'disabled' } }, { requestFields: 'nova' }, undefined],
    ['an effort of an open model', budget(30_000), { requestFields: 'openai' }, { reasoning_effort: 'high' }],
    ['a model that cannot think', budget(4_000), { requestFields: 'nova', thinking: 'none' }, undefined],
    ['a model of no known family', budget(4_000), {}, undefined],
  ])('%s', (_, body, capabilities, fields) => {
    expect(fromMessages(body, capabilities).body.additionalModelRequestFields).toEqual(fields);
  });

  it('yields to a forced choice, and takes the knobs with it', () => {
    const forced = fromMessages(
      { ...budget(4_000), tools: [tool('f')], tool_choice: { type: 'any' } },
      { ...CLAUDE, thinking: 'budget' },
    );
    expect(forced.body.additionalModelRequestFields).toEqual({ thinking: { type: 'disabled' } });
    expect(forced.losses).toEqual(['dropped:thinking']);
    const knobs = fromMessages(
      { ...budget(4_000), temperature: 0.5, top_k: 3 },
      { ...CLAUDE, thinking: 'budget' },
    );
    expect(knobs.body.inferenceConfig).toEqual({ maxTokens: 9_000 });
    expect(knobs.losses).toEqual(['dropped:temperature', 'dropped:top_k']);
  });
});

describe('messages', () => {
  it('merges turns, orders results, marks errors and never says nothing', () => {
    const { body } = fromMessages({
      messages: [
        { role: 'assistant', content: 'hello' },
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
        { role: 'assistant', content: [{ type: 'text', text: ' ' }, use('1'), use('2', 'g')] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'and' },
            { type: 'tool_result', tool_use_id: '2', content: 'no', is_error: true },
            { type: 'tool_result', tool_use_id: '1', content: '', cache_control: { type: 'ephemeral' } },
          ],
        },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: '(continued)' }] },
      { role: 'assistant', content: [{ text: 'hello' }] },
      { role: 'user', content: [{ text: 'a' }, { text: 'b' }] },
      {
        role: 'assistant',
        content: [
          { toolUse: { toolUseId: '1', name: 'f', input: { x: 1 } } },
          { toolUse: { toolUseId: '2', name: 'g', input: { x: 1 } } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: '1', content: [{ text: '(no output)' }] } },
          { toolResult: { toolUseId: '2', content: [{ text: 'no' }], status: 'error' } },
          { cachePoint: { type: 'default' } },
          { text: 'and' },
        ],
      },
    ]);
    expect(body.toolConfig).toEqual({
      tools: [
        spec('f', { inputSchema: { json: { type: 'object', additionalProperties: true } } }),
        spec('g', { inputSchema: { json: { type: 'object', additionalProperties: true } } }),
      ],
    });
    expect(body.system).toEqual([{ text: 'Do not call any tool in this answer.' }]);
  });

  it('tells a system turn where it stands, and the system prompt to models without one', () => {
    const messages = [q, { role: 'assistant', content: 'a' }, { role: 'system', content: 's' }, q];
    expect(contentOf(fromMessages({ messages }), 2)).toEqual([
      { text: '<system-reminder>\ns\n</system-reminder>' },
      { text: 'q' },
    ]);
    const none = fromMessages({ system: 'S' }, { systemRole: 'none' });
    expect(none.body.system).toBeUndefined();
    expect(contentOf(none)).toEqual([{ text: 'S' }, { text: 'q' }]);
  });

  it('continues a prefill where the model can', () => {
    const messages = [q, { role: 'assistant', content: 'I ' }];
    expect(contentOf(fromMessages({ messages }, { prefill: true }), 1)).toEqual([{ text: 'I' }]);
    expect(() => fromMessages({ messages })).toThrow(/prefill is not supported/);
  });

  it('keeps four breakpoints, long ones first', () => {
    const mark = (n: number, ttl?: string): JsonObject => ({
      type: 'text',
      text: `t${n}`,
      cache_control: { type: 'ephemeral', ...(ttl && { ttl }) },
    });
    const content = [mark(1), mark(2, '1h'), mark(3), mark(4), mark(5), mark(6, '1h')];
    const { body, losses } = fromMessages({ messages: [{ role: 'user', content }] });
    const point = { cachePoint: { type: 'default' } };
    expect(contentOf({ body, losses, restoration: {} })).toEqual([
      { text: 't1' },
      point,
      { text: 't2' },
      { text: 't3' },
      { text: 't4' },
      point,
      { text: 't5' },
      point,
      { text: 't6' },
      point,
    ]);
    expect(losses).toEqual(['dropped:cache_control', 'clamped:cache_ttl']);
    expect(
      contentOf(fromMessages({ messages: [{ role: 'user', content }] }, { cacheMarks: false })),
    ).toHaveLength(6);
  });
});

describe('media', () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
  const document = (title?: string): JsonObject => ({
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: PDF },
    ...(title === undefined ? {} : { title }),
  });
  const say = (...content: JsonObject[]): EncodedRequest =>
    fromMessages({ messages: [{ role: 'user', content }] });
  const pdf = (name: string): JsonObject => ({ document: { format: 'pdf', name, source: { bytes: PDF } } });

  it.each<[string, JsonObject[], JsonObject[]]>([
    ['images', [image], [{ image: { format: 'png', source: { bytes: PNG } } }]],
    ['a document without text beside it', [document('Report')], [pdf('Report'), { text: '.' }]],
    [
      'documents of one name',
      [document('a.b'), document('a.b'), document('Q3 [v1] (final)'), { type: 'text', text: 't' }],
      [pdf('a-b'), pdf('a-b (2)'), pdf('Q3 [v1] (final)'), { text: 't' }],
    ],
    [
      'documents that are named as if they had been numbered',
      [document('a'), document('a (2)'), document('a'), { type: 'text', text: 't' }],
      [pdf('a'), pdf('a (2)'), pdf('a (3)'), { text: 't' }],
    ],
    [
      'documents without a name that can be said',
      [document(), document('年度'), document('  ')],
      [pdf('document'), pdf('document (2)'), pdf('document (3)'), { text: '.' }],
    ],
    [
      'words as a document',
      [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hi' }, title: 'N' }],
      [{ document: { format: 'txt', name: 'N', source: { bytes: 'aGk=' } } }, { text: '.' }],
    ],
  ])('%s', (_, content, expected) => expect(contentOf(say(...content))).toEqual(expected));

  it('stays in results', () => {
    const messages = [
      q,
      { role: 'assistant', content: [use('1')] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: [image] }] },
    ];
    expect(contentOf(fromMessages({ messages }), 2)).toEqual([
      { toolResult: { toolUseId: '1', content: [{ image: { format: 'png', source: { bytes: PNG } } }] } },
    ]);
    const blind = fromMessages({ messages }, { images: false });
    expect(JSON.stringify(contentOf(blind, 2))).toContain('[image omitted: model has no vision]');
    expect(blind.losses).toEqual(['dropped:image']);
  });

  it('shows video to models that see it', () => {
    const request = DIALECTS['gemini-generate'].decodeRequest({
      model: 'm',
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'video/mp4', data: 'QUJD' } }] }],
    });
    expect(contentOf(encodeConverseRequest(request, target({})))).toEqual([
      { video: { format: 'mp4', source: { bytes: 'QUJD' } } },
    ]);
    expect(() => encodeConverseRequest(request, target({ video: false }))).toThrow(/takes no video/);
  });

  it('is refused where nobody can have it', () => {
    const url = { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } };
    expect(() => say(url)).toThrow(/cannot be fetched/);
    expect(() => say({ type: 'image', source: { type: 'file', file_id: 'f' } })).toThrow(
      /belongs to anthropic/,
    );
    expect(() => fromMessages({ messages: [{ role: 'user', content: [image] }] }, { images: false })).toThrow(
      /takes no images/,
    );
  });
});
