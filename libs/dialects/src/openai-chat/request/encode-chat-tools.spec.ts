import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { decodeMessagesRequest } from '../../anthropic-messages/request';
import type { EncodedRequest } from '../../dialect';
import { decodeChatRequest, encodeChatRequest } from '.';

const q = { role: 'user', content: 'q' };
const target = (capabilities: Capabilities) => ({ model: 'up', capabilities, vendor: 'openai' });
const fromMessages = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeChatRequest(decodeMessagesRequest({ model: 'm', messages: [q], ...body }), target(capabilities));
const fromChat = (body: JsonObject, capabilities: Capabilities = {}): EncodedRequest =>
  encodeChatRequest(decodeChatRequest({ model: 'm', messages: [q], ...body }), target(capabilities));

const OBJECT = { type: 'object', properties: {} };
const tool = (name: string, more: JsonObject = {}): JsonObject => ({ name, input_schema: OBJECT, ...more });
const fn = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, parameters: OBJECT, ...more },
});
const toolMembers = ({ body }: EncodedRequest): unknown => {
  const { tools, tool_choice, parallel_tool_calls } = body;
  return JSON.parse(JSON.stringify({ tools, tool_choice, parallel_tool_calls }));
};

describe('tools', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject]>([
    [
      'a tool',
      { tools: [tool('f', { description: 'D', defer_loading: true })] },
      {},
      { tools: [{ type: 'function', function: { name: 'f', description: 'D', parameters: OBJECT } }] },
    ],
    [
      'any',
      { tools: [tool('f')], tool_choice: { type: 'any' } },
      {},
      { tools: [fn('f')], tool_choice: 'required' },
    ],
    [
      'a named tool',
      { tools: [tool('f')], tool_choice: { type: 'tool', name: 'f' } },
      {},
      { tools: [fn('f')], tool_choice: { type: 'function', function: { name: 'f' } } },
    ],
    [
      'one call at a time',
      { tools: [tool('f')], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      {},
      { tools: [fn('f')], tool_choice: 'auto', parallel_tool_calls: false },
    ],
    ['an empty list', { tools: [], tool_choice: { type: 'auto' } }, {}, {}],
    ['a strict tool that is none', { tools: [tool('f', { strict: true })] }, {}, { tools: [fn('f')] }],
    [
      'no choice to be made: named',
      { tools: [tool('f'), tool('g')], tool_choice: { type: 'tool', name: 'g' } },
      { toolChoice: false },
      { tools: [fn('g')] },
    ],
    [
      'no choice to be made: none',
      { tools: [tool('f')], tool_choice: { type: 'none' } },
      { toolChoice: false },
      {},
    ],
    [
      'minimal servers',
      { tools: [tool('f')], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { minimalFields: true },
      { tools: [fn('f')], tool_choice: 'auto' },
    ],
  ])('%s', (_, body, capabilities, expected) => {
    expect(toolMembers(fromMessages(body, capabilities))).toEqual(expected);
  });

  it('closes tools with words where the history needs them', () => {
    const messages = [
      q,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
    ];
    const { body } = fromMessages(
      { messages, tools: [tool('f')], tool_choice: { type: 'none' } },
      { toolChoice: false },
    );
    expect(body.tools).toEqual([fn('f')]);
    expect((body.messages as JsonObject[])[0]).toEqual({
      role: 'system',
      content: 'Do not call any tool in this answer.',
    });
  });

  it('renames what the alphabet or the length forbids, everywhere', () => {
    const name = `mcp__${'n'.repeat(80)}`;
    const messages = [q, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name, input: {} }] }];
    const { body, restoration, losses } = fromMessages({
      messages,
      tools: [tool(name)],
      tool_choice: { type: 'tool', name },
    });
    const [[wire, original] = ['', undefined]] = [...(restoration.tools ?? [])];
    expect(original).toEqual({ name });
    expect(wire).toHaveLength(64);
    expect(body.tools).toMatchObject([{ function: { name: wire } }]);
    expect(body.tool_choice).toMatchObject({ function: { name: wire } });
    expect((body.messages as JsonObject[])[1]).toMatchObject({ tool_calls: [{ function: { name: wire } }] });
    expect(losses).toEqual(['renamed_tools:1']);
  });

  it('drops hosted tools and refuses a choice that forces one', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    expect(fromMessages({ tools: [search, tool('f')] }).losses).toEqual(['dropped:web_search']);
    expect(() => fromMessages({ tools: [search], tool_choice: { type: 'any' } })).toThrow(/forces a tool/);
    expect(() => fromMessages({ tools: [tool('f')], tool_choice: { type: 'tool', name: 'g' } })).toThrow(
      /not in tools/,
    );
  });

  it('keeps free-text tools and allowed lists of its own client', () => {
    const custom = { type: 'custom', custom: { name: 'patch', format: { type: 'text' } } };
    const choice = {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [fn('f'), { type: 'custom', custom: { name: 'patch' } }] },
    };
    const messages = [
      q,
      { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'patch', input: 'x' } }] },
      { role: 'tool', tool_call_id: 'a', content: 'r' },
    ];
    const kept = fromChat({ messages, tools: [fn('f'), custom], tool_choice: choice });
    expect(kept.body.tools).toEqual([fn('f'), custom]);
    expect(kept.body.tool_choice).toMatchObject({ type: 'allowed_tools', allowed_tools: { mode: 'auto' } });
    expect((kept.body.messages as JsonObject[])[1]).toMatchObject({
      tool_calls: [{ type: 'custom', custom: { input: 'x' } }],
    });
    const emulated = fromChat({ messages, tools: [custom] }, { customTools: false });
    expect(emulated.body.tools).toMatchObject([{ type: 'function', function: { name: 'patch' } }]);
    expect((emulated.body.messages as JsonObject[])[1]).toMatchObject({
      tool_calls: [{ function: { arguments: '{"input":"x"}' } }],
    });
    expect(emulated.restoration.tools?.get('patch')).toEqual({ name: 'patch', custom: true });
  });

  it('understands calls and results of the old form', () => {
    const messages = [
      q,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'r' },
    ];
    const [, answer, reply] = fromChat({ messages, functions: [{ name: 'f', parameters: OBJECT }] }).body
      .messages as JsonObject[];
    expect(answer).toMatchObject({ tool_calls: [{ id: 'call_legacy_1', function: { name: 'f' } }] });
    expect(reply).toEqual({ role: 'tool', tool_call_id: 'call_legacy_1', content: 'r' });
  });
});

describe('structured output', () => {
  const schema = { type: 'object', properties: { n: { type: 'number' } } };
  const body = { output_config: { format: { type: 'json_schema', schema } } };

  it('is native where the model has it', () => {
    expect(fromMessages(body).body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'response', schema },
    });
  });

  it('is an object with words where the model has no schemas', () => {
    const encoded = fromMessages({ ...body, system: 'S' }, { structuredOutput: 'json' });
    expect(encoded.body.response_format).toEqual({ type: 'json_object' });
    expect((encoded.body.messages as JsonObject[])[0]?.content).toMatch(
      /^S\n\nAnswer with JSON.*"properties"/s,
    );
    expect(encoded.restoration).toEqual({ stripFences: true });
  });

  it('is a hidden tool, wrapped when it is no object', () => {
    const list = {
      output_config: { format: { type: 'json_schema', schema: { type: 'array', items: schema } } },
    };
    const encoded = fromMessages(list, { structuredOutput: 'none' });
    expect(encoded.body.tool_choice).toEqual({ type: 'function', function: { name: 'json_output' } });
    expect(encoded.restoration).toEqual({ hiddenTool: { name: 'json_output', unwrapValue: true } });
  });
});

describe('media', () => {
  const part = (block: JsonObject, capabilities: Capabilities = {}): unknown =>
    (
      fromMessages({ messages: [{ role: 'user', content: [block] }] }, capabilities).body
        .messages as JsonObject[]
    )[0]?.content;
  const pdf = Buffer.from('%PDF-1').toString('base64');
  const document = (source: JsonObject): JsonObject => ({ type: 'document', source, title: 'T' });

  it.each<[string, JsonObject, unknown]>([
    [
      'an image by URL',
      { type: 'image', source: { type: 'url', url: 'https://x/y' } },
      [{ type: 'image_url', image_url: { url: 'https://x/y' } }],
    ],
    [
      'a PDF',
      document({ type: 'base64', media_type: 'application/pdf', data: pdf }),
      [{ type: 'file', file: { filename: 'T', file_data: `data:application/pdf;base64,${pdf}` } }],
    ],
    ['plain text', document({ type: 'text', media_type: 'text/plain', data: 'hi' }), 'T\n\nhi'],
    [
      'a search result',
      { type: 'search_result', title: 'T', source: 's', content: [{ type: 'text', text: 'x' }] },
      'T\ns\nx',
    ],
  ])('%s', (_, block, expected) => {
    expect(part(block)).toEqual(expected);
  });

  it.each<[string, JsonObject, Capabilities, RegExp]>([
    ['a document by URL', document({ type: 'url', url: 'https://x/y.pdf' }), {}, /cannot be fetched/],
    ['a file of another vendor', document({ type: 'file', file_id: 'f' }), {}, /belongs to anthropic/],
    [
      'images for the blind',
      { type: 'image', source: { type: 'url', url: 'https://x/y' } },
      { images: false },
      /takes no images/,
    ],
    [
      'documents for those who take none',
      document({ type: 'base64', media_type: 'application/pdf', data: pdf }),
      { documents: false },
      /takes no documents/,
    ],
  ])('refuses %s', (_, block, capabilities, message) => {
    expect(() => part(block, capabilities)).toThrow(message);
  });
});
