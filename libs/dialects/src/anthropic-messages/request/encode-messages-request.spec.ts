import { parseJson, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { wrapSignature, type Capabilities } from '@turnpike/protocol';
import { decodeChatRequest } from '../../openai-chat/request';
import type { EncodedRequest } from '../../dialect';
import { decodeMessagesRequest, encodeMessagesRequest } from '.';

const target = (capabilities: Capabilities) => ({ model: 'claude-up', capabilities, vendor: 'anthropic' });
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeMessagesRequest(
    decodeChatRequest({ model: 'm', messages: [{ role: 'user', content: 'q' }], ...body }),
    target(capabilities),
  );
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeMessagesRequest(
    decodeMessagesRequest({
      model: 'm',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'q' }],
      ...body,
    }),
    target(capabilities),
  );

const q = { role: 'user', content: 'q' };
const asked = { role: 'user', content: [{ type: 'text', text: 'q' }] };
const fn = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, ...more },
});
const chatCall = (id: string, name: string, args: string): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

describe('a plain Chat request', () => {
  it('becomes exactly this', () => {
    const { body, losses } = fromChat({
      messages: [{ role: 'system', content: 'S' }, { role: 'developer', content: 'D' }, q],
      temperature: 0.7,
      max_tokens: 5,
      stop: 'END',
    });
    expect(body).toEqual({
      model: 'claude-up',
      max_tokens: 5,
      system: [
        { type: 'text', text: 'S' },
        { type: 'text', text: 'D' },
      ],
      messages: [asked],
      temperature: 0.7,
      stop_sequences: ['END'],
    });
    expect(losses).toEqual([]);
  });
});

describe('parameters', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    ['no cap is a generous one', {}, {}, { max_tokens: 32_000 }, []],
    ['no cap is the model maximum', {}, { maxOutputTokens: 8_192 }, { max_tokens: 8_192 }, []],
    ['the newer cap counts', { max_tokens: 5, max_completion_tokens: 7 }, {}, { max_tokens: 7 }, []],
    [
      'a cap is clamped',
      { max_tokens: 9_000 },
      { maxOutputTokens: 8_192 },
      { max_tokens: 8_192 },
      ['clamped:max_tokens'],
    ],
    ['temperature is clamped', { temperature: 1.7 }, {}, { temperature: 1 }, ['clamped:temperature']],
    [
      'one of two knobs is kept',
      { temperature: 0.5, top_p: 0.5 },
      {},
      { temperature: 0.5 },
      ['dropped:top_p'],
    ],
    ['newest models take no knobs', { temperature: 0.5 }, { noSampling: true }, {}, ['dropped:temperature']],
    [
      'neutral knobs are no loss',
      { temperature: 0, frequency_penalty: 0, presence_penalty: 0, top_p: 1 },
      {},
      { temperature: 0 },
      [],
    ],
    [
      'what does not exist here is named',
      { seed: 1, presence_penalty: 1, logit_bias: { a: 1 }, store: true },
      {},
      {},
      ['dropped:presence_penalty', 'dropped:seed', 'dropped:logit_bias', 'dropped:store'],
    ],
    [
      'blank stops are enforced by us',
      { stop: ['\n', 'END'] },
      {},
      { stop_sequences: ['END'] },
      ['emulated:stop'],
    ],
    [
      'users are hashed',
      { user: 'u' },
      {},
      { metadata: { user_id: '0bfe935e70c321c7ca3afc75ce0d0ca2f98b5422e008bb31c00c6d7f1f1c0ad6' } },
      [],
    ],
    ['tiers are translated', { service_tier: 'default' }, {}, { service_tier: 'standard_only' }, []],
    ['unknown tiers are dropped', { service_tier: 'flex' }, {}, {}, ['dropped:service_tier']],
    ['member names of clients are not repeated when odd', { 'a,b': 1 }, {}, {}, ['dropped:unknown_member']],
  ])('%s', (_, body, capabilities, ...[expected, losses]) => {
    const encoded = fromChat(body, capabilities);
    const { model: _model, messages: _messages, ...rest } = encoded.body;
    expect(rest).toEqual({ max_tokens: capabilities.maxOutputTokens ?? 32_000, ...expected });
    expect(encoded.losses).toEqual(losses);
  });

  it('enforces here what the upstream cannot', () => {
    expect(fromChat({ stop: ['\n', 'END'] }).restoration.localStops).toEqual(['\n']);
    expect(fromChat({ stop: ['a', 'b', 'c'] }, { stopLimit: 2 }).restoration.localStops).toEqual(['c']);
  });

  it.each<[string, JsonObject]>([
    ['several choices', { n: 2 }],
    ['spoken answers', { modalities: ['text', 'audio'], audio: { voice: 'x' } }],
    ['a prefill', { messages: [q, { role: 'assistant', content: 'I' }] }],
  ])('refuses %s', (_, body) => {
    expect(() => fromChat(body)).toThrow(/not supported/);
  });

  it('leaves what its own client wrote', () => {
    const native = { context_management: { edits: [] }, container: 'c', inference_geo: 'eu' };
    const body = {
      top_k: 5,
      top_p: 0.5,
      temperature: 0.5,
      metadata: { user_id: 'u', x: 'y' },
      service_tier: 'auto',
      ...native,
    };
    expect(fromMessages(body).body).toMatchObject(body);
    expect(fromMessages({ max_tokens: 0 }).body.max_tokens).toBe(0);
  });
});

describe('thinking', () => {
  const loop = [
    q,
    { role: 'assistant', tool_calls: [chatCall('a', 'f', '{}')] },
    { role: 'tool', tool_call_id: 'a', content: 'r' },
  ];
  const shown = {
    role: 'user',
    content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
  };
  it.each<[string, JsonObject, Capabilities, JsonObject, string[]]>([
    [
      'newest models adapt',
      { reasoning_effort: 'high' },
      {},
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      [],
    ],
    [
      'minimal is low',
      { reasoning_effort: 'minimal' },
      {},
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      [],
    ],
    [
      'efforts are clamped',
      { reasoning_effort: 'xhigh' },
      { efforts: ['low', 'high'] },
      { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      ['clamped:effort'],
    ],
    ['none switches off', { reasoning_effort: 'none' }, {}, { thinking: { type: 'disabled' } }, []],
    [
      'older models get a budget',
      { reasoning_effort: 'medium' },
      { thinking: 'budget' },
      { thinking: { type: 'enabled', budget_tokens: 8_192 } },
      [],
    ],
    [
      'a budget leaves room for the answer',
      { reasoning_effort: 'high', max_tokens: 10_000 },
      { thinking: 'budget' },
      { thinking: { type: 'enabled', budget_tokens: 8_000 } },
      [],
    ],
    [
      'no room, no thinking',
      { reasoning_effort: 'high', max_tokens: 1_000 },
      { thinking: 'budget' },
      { thinking: { type: 'disabled' } },
      ['dropped:thinking'],
    ],
    [
      'models that cannot think',
      { reasoning_effort: 'high' },
      { thinking: 'none' },
      {},
      ['dropped:thinking'],
    ],
    [
      'knobs go',
      { reasoning_effort: 'low', temperature: 0.2, top_p: 0.5 },
      {},
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      ['dropped:temperature', 'dropped:top_p'],
    ],
    [
      'a forced tool wins',
      { reasoning_effort: 'low', tools: [fn('f')], tool_choice: 'required' },
      {},
      { thinking: { type: 'disabled' }, output_config: { effort: 'low' } },
      ['dropped:thinking'],
    ],
    [
      'a loop without signed thinking cannot go on with a budget',
      { reasoning_effort: 'low', messages: loop, tools: [fn('f')] },
      { thinking: 'budget' },
      { thinking: { type: 'disabled' } },
      ['dropped:thinking'],
    ],
    [
      'an image beside the results is no new question',
      { reasoning_effort: 'low', messages: [...loop, shown], tools: [fn('f')] },
      { thinking: 'budget' },
      { thinking: { type: 'disabled' } },
      ['dropped:thinking'],
    ],
    [
      'a new question ends the loop',
      {
        reasoning_effort: 'low',
        messages: [...loop, { role: 'assistant', content: 'done' }, q],
        tools: [fn('f')],
      },
      { thinking: 'budget' },
      { thinking: { type: 'enabled', budget_tokens: 1_024 } },
      [],
    ],
    [
      'adaptive models do not mind',
      { reasoning_effort: 'low', messages: loop, tools: [fn('f')] },
      {},
      { thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      [],
    ],
  ])('%s', (_, body, capabilities, ...[expected, losses]) => {
    const encoded = fromChat(body, capabilities);
    const { thinking, output_config, temperature, top_p } = encoded.body;
    expect(JSON.parse(JSON.stringify({ thinking, output_config, temperature, top_p }))).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a budget',
      { thinking: { type: 'enabled', budget_tokens: 2_048 }, max_tokens: 4_096 },
      { thinking: { type: 'enabled', budget_tokens: 2_048 } },
    ],
    [
      'an impossible budget is made to fit',
      { thinking: { type: 'enabled', budget_tokens: 32_000 }, max_tokens: 32_000 },
      { thinking: { type: 'enabled', budget_tokens: 25_600 } },
    ],
    [
      'adaptive thinking',
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'low' } },
      { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'low' } },
    ],
    ['an effort alone', { output_config: { effort: 'low' } }, { output_config: { effort: 'low' } }],
    [
      'an effort without thinking',
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
    ],
  ])('of its own client: %s', (_, body, expected) => {
    const { thinking, output_config } = fromMessages(body).body;
    expect(JSON.parse(JSON.stringify({ thinking, output_config }))).toEqual(expected);
  });
});

describe('reasoning that comes back', () => {
  const details = (detail: JsonObject): JsonObject => ({
    messages: [q, { role: 'assistant', content: 'a', reasoning_details: [detail] }, q],
  });
  const wrapped = (vendor: string) => wrapSignature({ vendor, kind: 'thinking', value: 'sig_x' });
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'sig_x' };
  it.each<[string, JsonObject, Json[]]>([
    [
      'wrapped by us',
      details({ type: 'reasoning.text', text: 'hm', signature: wrapped('anthropic') }),
      [thinking],
    ],
    [
      'raw, with the format',
      details({ type: 'reasoning.text', text: 'hm', signature: 'sig_x', format: 'anthropic-claude-v1' }),
      [thinking],
    ],
    [
      'signed and without text',
      details({ type: 'reasoning.text', text: '', signature: 'sig_x', format: 'anthropic-claude-v1' }),
      [{ ...thinking, thinking: '' }],
    ],
    [
      'encrypted',
      details({ type: 'reasoning.encrypted', data: 'enc', format: 'anthropic-claude-v1' }),
      [{ type: 'redacted_thinking', data: 'enc' }],
    ],
    ['of another vendor', details({ type: 'reasoning.text', text: 'hm', signature: wrapped('openai') }), []],
    ['unsigned', { messages: [q, { role: 'assistant', content: 'a', reasoning_content: 'hm' }, q] }, []],
    [
      'as thinking blocks',
      { messages: [q, { role: 'assistant', content: 'a', thinking_blocks: [thinking] }, q] },
      [thinking],
    ],
  ])('%s', (_, body, expected) => {
    const encoded = fromChat(body);
    const [, answer] = encoded.body.messages as JsonObject[];
    expect(answer?.content).toEqual([...expected, { type: 'text', text: 'a' }]);
    expect(encoded.losses).toEqual(expected.length === 0 ? ['dropped:reasoning'] : []);
  });

  it('keeps signed and empty thinking of its own client, and no foreign or unsigned one', () => {
    const kept = [
      { type: 'thinking', thinking: '', signature: 'sig_y' },
      { type: 'redacted_thinking', data: 'd' },
    ];
    const gone = [
      { type: 'thinking', thinking: 'x', signature: '' },
      {
        type: 'thinking',
        thinking: 'x',
        signature: wrapSignature({ vendor: 'openai', kind: 'unsigned', value: '' }),
      },
      {
        type: 'redacted_thinking',
        data: wrapSignature({ vendor: 'openai', kind: 'reasoning', value: 'rs' }),
      },
    ];
    const { body } = fromMessages({
      messages: [q, { role: 'assistant', content: [...kept, ...gone, { type: 'text', text: 'a' }] }, q],
    });
    expect((body.messages as JsonObject[])[1]?.content).toEqual([...kept, { type: 'text', text: 'a' }]);
  });
});

it('passes numbers of any length through arguments and schemas', () => {
  const text = '{"id":12345678901234567890}';
  const body = parseJson(
    `{"model":"m","messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[${JSON.stringify(chatCall('a', 'f', text))}]}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"x":{"maximum":9223372036854775807}}}}}]}`,
  ) as JsonObject;
  const sent = stringifyJson(encodeMessagesRequest(decodeChatRequest(body), target({})).body);
  expect(sent).toContain('"input":{"id":12345678901234567890}');
  expect(sent).toContain('"maximum":9223372036854775807');
});
