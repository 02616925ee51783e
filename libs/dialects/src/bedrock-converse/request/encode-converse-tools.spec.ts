import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import type { EncodedRequest } from '../../dialect';
import { DIALECTS } from '../../registry';
import { encodeConverseRequest } from '.';

const q = { role: 'user', content: 'q' };
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
const use = (id: string, name = 'f'): JsonObject => ({ type: 'tool_use', id, name, input: { x: 1 } });
const tool = (name: string, more: JsonObject = {}): JsonObject => ({ name, input_schema: OBJECT, ...more });
const spec = (name: string, more: JsonObject = {}): JsonObject => ({
  toolSpec: { name, inputSchema: { json: OBJECT }, ...more },
});

describe('tools', () => {
  it.each<[string, JsonObject, Capabilities, JsonObject | undefined]>([
    [
      'a tool',
      { tools: [tool('f', { description: 'D' })] },
      {},
      { tools: [spec('f', { description: 'D' })] },
    ],
    [
      'a marked tool',
      { tools: [tool('f', { cache_control: { type: 'ephemeral' } })] },
      {},
      { tools: [spec('f'), { cachePoint: { type: 'default' } }] },
    ],
    [
      'a marked tool of Nova',
      { tools: [tool('f', { cache_control: { type: 'ephemeral' } })] },
      { requestFields: 'nova' },
      { tools: [spec('f')] },
    ],
    [
      'auto',
      { tools: [tool('f')], tool_choice: { type: 'auto' } },
      {},
      { tools: [spec('f')], toolChoice: { auto: {} } },
    ],
    [
      'any',
      { tools: [tool('f')], tool_choice: { type: 'any' } },
      {},
      { tools: [spec('f')], toolChoice: { any: {} } },
    ],
    [
      'one',
      { tools: [tool('f')], tool_choice: { type: 'tool', name: 'f' } },
      {},
      { tools: [spec('f')], toolChoice: { tool: { name: 'f' } } },
    ],
    ['none', { tools: [tool('f')], tool_choice: { type: 'none' } }, {}, undefined],
    [
      'no choice to be made',
      { tools: [tool('f'), tool('g')], tool_choice: { type: 'tool', name: 'g' } },
      { toolChoice: false },
      { tools: [spec('g')] },
    ],
    [
      'a strict tool',
      { tools: [tool('f', { strict: true })] },
      { structuredOutput: 'schema' },
      { tools: [spec('f', { strict: true })] },
    ],
  ])('%s', (_, body, capabilities, expected) => {
    expect(fromMessages(body, capabilities).body.toolConfig).toEqual(expected);
  });

  it('keeps tools that the history needs where none may be called', () => {
    const messages = [q, { role: 'assistant', content: [use('1')] }];
    const { body } = fromMessages({ messages, tools: [tool('f')], tool_choice: { type: 'none' } });
    expect(body.toolConfig).toEqual({ tools: [spec('f')] });
    expect(body.system).toEqual([{ text: 'Do not call any tool in this answer.' }]);
  });

  it('renames what is too long, everywhere', () => {
    const name = `mcp__${'n'.repeat(80)}`;
    const messages = [q, { role: 'assistant', content: [use('1', name)] }];
    const { body, restoration, losses } = fromMessages({ messages, tools: [tool(name)] });
    const [[wire, original] = ['', undefined]] = [...(restoration.tools ?? [])];
    expect(original).toEqual({ name });
    expect(wire).toMatch(/^[a-zA-Z0-9_-]{64}$/);
    expect(JSON.stringify(body).split(wire)).toHaveLength(3);
    expect(losses).toEqual(['renamed_tools:1']);
  });

  it('refuses a choice that forces a hosted tool', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    expect(fromMessages({ tools: [search, tool('f')] }).losses).toEqual(['dropped:web_search']);
    expect(() => fromMessages({ tools: [search], tool_choice: { type: 'any' } })).toThrow(/forces a tool/);
  });
});

describe('structured output', () => {
  const schema = { type: 'object', properties: { n: { type: 'number' } } };
  const format = {
    response_format: { type: 'json_schema', json_schema: { name: 'my answer', description: 'D', schema } },
  };
  it('is the model’s own, as text', () => {
    const closed = JSON.stringify({ ...schema, additionalProperties: false });
    expect(fromChat(format).body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: closed, name: 'my_answer', description: 'D' } },
      },
    });
  });

  it('is a hidden tool, or words, where the model has no mode', () => {
    const hidden = fromChat(format, { structuredOutput: 'none' });
    expect(hidden.body.toolConfig).toMatchObject({ toolChoice: { tool: { name: 'json_output' } } });
    expect(hidden.restoration).toEqual({ hiddenTool: { name: 'json_output', unwrapValue: false } });
    const words = fromChat({ response_format: { type: 'json_object' } });
    expect(words.body.system).toEqual([{ text: expect.stringMatching(/valid JSON object/) as string }]);
    expect([words.restoration, words.losses]).toEqual([{ stripFences: true }, ['emulated:response_format']]);
    expect(fromChat(format, { structuredOutput: 'none', toolChoice: false }).restoration).toEqual({
      stripFences: true,
    });
  });
});
