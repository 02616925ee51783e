import { GatewayError, parseJson, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE, unwrapSignature, type ChatResponse, type Part } from '@turnpike/protocol';
import type { AnswerView } from '../../dialect';
import { decodeMessagesResponse } from './decode-messages-response';
import { encodeMessagesResponse } from './encode-messages-response';

const VIEW: AnswerView = { id: '1', model: 'alias', createdAt: 5, includeUsage: false, inputEstimate: 12 };
const call = (args: string, rest: object = {}): Part => ({
  kind: 'call',
  id: 'toolu_1',
  name: 'f',
  args,
  tool: 'function',
  ...rest,
});
const toolUse = (input: Json): JsonObject => ({ type: 'tool_use', id: 'toolu_1', name: 'f', input });

describe('decodeMessagesResponse', () => {
  it.each<[string, JsonObject, Part[]]>([
    ['text', { type: 'text', text: 'a' }, [{ kind: 'text', text: 'a' }]],
    ['an empty text', { type: 'text', text: '' }, []],
    [
      'citations',
      { type: 'text', text: 'a', citations: [{ type: 'char_location' }] },
      [{ kind: 'text', text: 'a', citations: [{ type: 'char_location' }] }],
    ],
    [
      'thinking',
      { type: 'thinking', thinking: 't', signature: 's' },
      [{ kind: 'reasoning', text: 't', signature: { vendor: 'anthropic', value: 's' } }],
    ],
    [
      'withheld thinking',
      { type: 'thinking', thinking: '', signature: 's' },
      [{ kind: 'reasoning', signature: { vendor: 'anthropic', value: 's' } }],
    ],
    ['redacted thinking', { type: 'redacted_thinking', data: 'd' }, [{ kind: 'reasoning', redacted: 'd' }]],
    ['a call', toolUse({ x: 1 }), [call('{"x":1}')]],
    ['a call without input', { type: 'tool_use', id: 'toolu_1', name: 'f' }, [call('{}')]],
    ['input as text', toolUse('{"x":1}'), [call('{"x":1}')]],
    [
      'a server tool',
      { type: 'server_tool_use', id: 's' },
      [{ kind: 'opaque', vendor: 'anthropic', raw: { type: 'server_tool_use', id: 's' } }],
    ],
    ['a block without a type', { text: 'x' }, []],
    ['a call without a name', { type: 'tool_use', id: 'a' }, []],
  ])('reads %s', (_, block, expected) => {
    expect(decodeMessagesResponse({ content: [block], stop_reason: 'end_turn' }).parts).toEqual(expected);
  });

  it.each<[JsonObject, Partial<ChatResponse>]>([
    [{ content: [], stop_reason: 'end_turn' }, { stop: 'end' }],
    [{ content: [toolUse({})], stop_reason: 'end_turn' }, { stop: 'tool' }],
    [{ content: [toolUse({})], stop_reason: 'max_tokens' }, { stop: 'length' }],
    [
      { content: [], stop_reason: 'stop_sequence', stop_sequence: 'END' },
      { stop: 'stop_sequence', stopSequence: 'END' },
    ],
    [{ content: [], stop_reason: 'refusal' }, { stop: 'refusal' }],
    [{ type: 'message' }, { stop: 'error' }],
  ])('tells the stop of %j', (wire, expected) => {
    expect(decodeMessagesResponse(wire)).toMatchObject(expected);
  });
});

describe('encodeMessagesResponse', () => {
  const encode = (response: ChatResponse): JsonObject => encodeMessagesResponse(response, VIEW);

  it('writes a whole body', () => {
    const usage = { ...NO_USAGE, input: 40, cacheRead: 60, output: 9 };
    expect(
      encode({ parts: [{ kind: 'text', text: 'a' }], stop: 'stop_sequence', stopSequence: 'END', usage }),
    ).toEqual({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'alias',
      content: [{ type: 'text', text: 'a' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'END',
      usage: {
        input_tokens: 40,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 60,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 9,
      },
    });
  });

  it.each<[string, Part[], Json[]]>([
    ['a call', [call('{"x":1}')], [toolUse({ x: 1 })]],
    ['a call without arguments', [call('')], [toolUse({})]],
    ['arguments inside a string', [call('"{\\"x\\":1}"')], [toolUse({ x: 1 })]],
    ['a cut-off call', [call('{"x":1,"y":"unfin')], [toolUse({ x: 1, y: 'unfin' })]],
    ['a free-text call', [call('free', { tool: 'custom' })], [toolUse({ input: 'free' })]],
    ['a refusal', [{ kind: 'refusal', text: 'no' }], [{ type: 'text', text: 'no' }]],
    ['an empty text', [{ kind: 'text', text: '' }], []],
    ['redacted thinking', [{ kind: 'reasoning', redacted: 'd' }], [{ type: 'redacted_thinking', data: 'd' }]],
    ["another vendor's block", [{ kind: 'opaque', vendor: 'openai', raw: {} }], []],
    [
      'foreign citations',
      [{ kind: 'text', text: 'a', citations: [{ type: 'url_citation' }] }],
      [{ type: 'text', text: 'a' }],
    ],
  ])('writes %s', (_, parts, content) => {
    expect(encode({ parts, stop: 'end' }).content).toEqual(content);
  });

  it.each<[string, Part, string, unknown]>([
    [
      'unsigned thinking',
      { kind: 'reasoning', text: 't' },
      'signature',
      { vendor: 'none', kind: 'unsigned', value: '' },
    ],
    [
      "another vendor's thinking",
      { kind: 'reasoning', text: 't', signature: { vendor: 'google', value: 's' } },
      'signature',
      { vendor: 'google', kind: 'thinking', value: 's' },
    ],
    [
      "another vendor's encrypted reasoning",
      { kind: 'reasoning', signature: { vendor: 'openai', value: 's' } },
      'data',
      { vendor: 'openai', kind: 'reasoning', value: 's' },
    ],
  ])('wraps the signature of %s', (_, part, member, expected) => {
    const [block] = encode({ parts: [part], stop: 'end' }).content as JsonObject[];
    expect(unwrapSignature(String(block?.[member]))).toEqual(expected);
  });

  it.each<[ChatResponse['stop'], string]>([
    ['end', 'end_turn'],
    ['length', 'max_tokens'],
    ['context_full', 'model_context_window_exceeded'],
    ['tool', 'tool_use'],
    ['pause', 'pause_turn'],
    ['filtered', 'refusal'],
    ['refusal', 'refusal'],
  ])('writes the stop %s as %s', (stop, expected) => {
    expect(encode({ parts: [], stop })).toMatchObject({ stop_reason: expected, stop_sequence: null });
  });

  it('keeps every digit of an argument', () => {
    const wire = parseJson(
      '{"content":[{"type":"tool_use","id":"t","name":"f","input":{"n":12345678901234567890}}],"stop_reason":"tool_use"}',
    );
    const answer = decodeMessagesResponse(wire as JsonObject);
    expect(answer.parts).toMatchObject([{ args: '{"n":12345678901234567890}' }]);
    expect(stringifyJson(encode(answer))).toContain('"input":{"n":12345678901234567890}');
  });

  it('refuses an answer that ended in an error', () => {
    expect(() => encode({ parts: [], stop: 'error' })).toThrow(GatewayError);
  });
});
