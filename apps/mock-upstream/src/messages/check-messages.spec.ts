import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { createSeal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import type { Operation } from '../wire/wire-request';
import { checkMessages } from './check-messages';

const SEAL = createSeal('messages');
const judge = (
  body: Json | undefined,
  headers: Record<string, string>,
  operation: Operation,
): VendorError | undefined => checkMessages(wireRequest(body, { headers, operation, seal: SEAL }));

const VERSION = { 'anthropic-version': '2023-06-01' };
const user = (content: Json = 'hi'): JsonObject => ({ role: 'user', content });
const said = (...content: JsonObject[]): JsonObject => ({ role: 'assistant', content });
const use = (id: string, input: Json = {}): JsonObject => ({ type: 'tool_use', id, name: 'f', input });
const result = (id: string, content: Json = 'ok'): JsonObject => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
});
const text = (words: string): JsonObject => ({ type: 'text', text: words });
const thought = (words: string, signature = SEAL.sign(words)): JsonObject => ({
  type: 'thinking',
  thinking: words,
  signature,
});
const image = (source: JsonObject): JsonObject => ({ type: 'image', source });
const png = { type: 'base64', media_type: 'image/png', data: 'AAAA' };
const tool = { name: 'f', input_schema: { type: 'object' } };
const base = (extra: JsonObject = {}): JsonObject => ({
  model: 'm',
  max_tokens: 4096,
  messages: [user()],
  ...extra,
});
const talk = (...messages: JsonObject[]): JsonObject => base({ messages });
const thinking = { type: 'enabled', budget_tokens: 1024 };
const marked = (ttl?: string): JsonObject => ({
  type: 'text',
  text: 'x',
  cache_control: { type: 'ephemeral', ...(ttl ? { ttl } : {}) },
});

describe('what Messages accepts', () => {
  it.each<[string, JsonObject]>([
    ['a plain request', base()],
    ['system as text or blocks', base({ system: [text('a'), text('b')] })],
    [
      'a system message in the middle',
      talk(user(), said(text('a')), { role: 'system', content: 'be brief' }, user()),
    ],
    [
      'results in another order, text after them',
      talk(user(), said(use('1'), use('2')), user([result('2'), result('1'), text('go on')])),
    ],
    ['an image in a result', talk(user(), said(use('1')), user([result('1', [text('see'), image(png)])]))],
    [
      'thinking that is signed',
      base({ thinking, messages: [user(), said(thought('hm'), use('1')), user([result('1')])] }),
    ],
    [
      'thinking without its text',
      talk(user(), said({ type: 'thinking', thinking: '', signature: SEAL.sign('hm') }, text('a')), user()),
    ],
    [
      'redacted thinking',
      talk(user(), said({ type: 'redacted_thinking', data: SEAL.sign('x') }, text('a')), user()),
    ],
    ['a server tool', base({ tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }] })],
    ['a prefill', talk(user(), said(text('Sure:')))],
    ['one-hour marks before five-minute marks', talk(user([marked('1h'), marked(), marked('5m')]))],
    ['max_tokens 0', base({ max_tokens: 0 })],
  ])('%s', (_name, body) => {
    expect(judge(body, VERSION, 'generate')).toBeUndefined();
  });

  it('a thinking budget beyond max_tokens with interleaved thinking', () => {
    const body = base({ max_tokens: 1024, thinking: { type: 'enabled', budget_tokens: 2048 } });
    expect(judge(body, VERSION, 'generate')?.param).toBe('max_tokens');
    expect(
      judge(body, { ...VERSION, 'anthropic-beta': 'a,interleaved-thinking-2025-05-14' }, 'generate'),
    ).toBeUndefined();
  });

  it('count_tokens without max_tokens, and only so', () => {
    const { max_tokens: _cap, ...body } = base();
    expect(judge(body, VERSION, 'count-tokens')).toBeUndefined();
    expect(judge(base(), VERSION, 'count-tokens')?.param).toBe('max_tokens');
    expect(judge(body, VERSION, 'generate')?.param).toBe('max_tokens');
  });
});

describe('what Messages refuses', () => {
  it.each<[string, JsonObject, string]>([
    ['an unknown member', base({ top_logprobs: 1 }), 'top_logprobs: Extra inputs are not permitted'],
    ['a chat member', base({ max_completion_tokens: 1 }), 'max_completion_tokens: Extra inputs'],
    ['temperature above 1', base({ temperature: 1.5 }), 'temperature'],
    ['a blank stop sequence', base({ stop_sequences: [' '] }), 'stop_sequences'],
    ['a system role first', talk({ role: 'system', content: 'x' }), 'first message'],
    ['the assistant first', talk(said(text('x')), user()), 'first message'],
    ['a tool role', talk(user(), { role: 'tool', content: 'x' }), 'messages.1.role'],
    ['empty content', talk(user('')), 'non-empty content'],
    [
      'an empty list in the middle',
      talk(user(), { role: 'assistant', content: [] }, user()),
      'non-empty content',
    ],
    ['blank text', talk(user([text(' ')])), 'non-whitespace'],
    ['a chat image', talk(user([{ type: 'image_url', image_url: { url: 'https://x.test' } }])), 'image_url'],
    ['image/jpg', talk(user([image({ ...png, media_type: 'image/jpg' })])), 'media_type'],
    [
      'a data URL for data',
      talk(user([image({ ...png, data: 'data:image/png;base64,AAAA' })])),
      'Invalid base64',
    ],
    [
      'an unknown member of a block',
      talk(user([{ ...text('x'), index: 0 }])),
      'messages.0.content.0.text.index: Extra inputs',
    ],
    ['arguments as text', talk(user(), said(use('1', '{}')), user([result('1')])), 'valid dictionary'],
    ['an illegal call id', talk(user(), said(use('a.b')), user([result('a.b')])), 'should match pattern'],
    ['a call without result', talk(user(), said(use('1')), user()), 'without `tool_result`'],
    ['a last call without result', talk(user(), said(use('1'))), 'without `tool_result`'],
    ['a result without call', talk(user(), said(text('a')), user([result('9')])), 'unexpected `tool_use_id`'],
    ['a result twice', talk(user(), said(use('1')), user([result('1'), result('1')])), 'single result'],
    [
      'text before a result',
      talk(user(), said(use('1')), user([text('see'), result('1')])),
      'must come first',
    ],
    [
      'results split over two turns',
      talk(user(), said(use('1'), use('2')), user([result('1')]), user([result('2')])),
      'without `tool_result`',
    ],
    [
      'a call id used twice',
      talk(user(), said(use('1')), user([result('1')]), said(use('1')), user([result('1')])),
      'must be unique',
    ],
    ['a result from the assistant', talk(user(), said(result('1'))), '`user` messages'],
    [
      'a foreign signature',
      talk(user(), said(thought('hm', 'c2lnbmVk'), text('a')), user()),
      'Invalid `signature`',
    ],
    [
      'thinking that was changed',
      talk(user(), said(thought('hm!', SEAL.sign('hm')), text('a')), user()),
      'Invalid `signature`',
    ],
    [
      'no signature',
      talk(user(), said({ type: 'thinking', thinking: 'x' }, text('a')), user()),
      'Invalid `signature`',
    ],
    [
      'a tool loop without its thinking',
      base({ thinking, messages: [user(), said(use('1')), user([result('1')])] }),
      'Expected `thinking`',
    ],
    [
      'a small budget',
      base({ thinking: { type: 'enabled', budget_tokens: 1000 } }),
      'greater than or equal to 1024',
    ],
    ['a budget without a figure', base({ thinking: { type: 'enabled' } }), 'Field required'],
    ['temperature with thinking', base({ thinking, temperature: 0.5 }), '`temperature` may only be set to 1'],
    ['top_k with thinking', base({ thinking, top_k: 5 }), '`top_k` must be unset'],
    [
      'a forced tool with thinking',
      base({ thinking, tools: [tool], tool_choice: { type: 'any' } }),
      'forces tool use',
    ],
    ['a prefill with thinking', base({ thinking, messages: [user(), said(text('Sure'))] }), 'Prefilling'],
    ['a prefill that ends in a space', talk(user(), said(text('Sure '))), 'trailing whitespace'],
    ['a chat tool', base({ tools: [{ type: 'function', function: { name: 'f' } }] }), 'tools.0.custom.name'],
    ['a tool without schema', base({ tools: [{ name: 'f' }] }), 'input_schema: Field required'],
    [
      'a schema that is no object',
      base({ tools: [{ name: 'f', input_schema: { type: 'string' } }] }),
      "should be 'object'",
    ],
    [
      'anyOf at the top of a schema',
      base({ tools: [{ name: 'f', input_schema: { type: 'object', anyOf: [] } }] }),
      'does not support oneOf',
    ],
    ['a tool name twice', base({ tools: [tool, tool] }), 'unique'],
    ['tool_choice as text', base({ tools: [tool], tool_choice: 'auto' }), 'tool_choice'],
    ['tool_choice without tools', base({ tool_choice: { type: 'auto' } }), 'while providing tools'],
    [
      'a named tool that was not offered',
      base({ tools: [tool], tool_choice: { type: 'tool', name: 'g' } }),
      'not found',
    ],
    ['five cache marks', talk(user([marked(), marked(), marked(), marked(), marked()])), 'maximum of 4'],
    ['a one-hour mark after a five-minute mark', talk(user([marked(), marked('1h')])), 'must not come after'],
  ])('%s', (_name, body, words) => {
    const problem = judge(body, VERSION, 'generate');
    expect(problem?.status).toBe(400);
    expect(`${String(problem?.param)}: ${String(problem?.message)}`).toContain(words);
  });

  it('a request without a version', () => {
    expect(judge(base(), {}, 'generate')?.param).toBe('anthropic-version');
  });

  it('a body that is no object', () => {
    for (const body of [undefined, null, [], 'x', 3])
      expect(judge(body, VERSION, 'generate')?.status).toBe(400);
  });
});
