import type { JsonObject } from '@turnpike/kernel';
import {
  chain,
  createRestoreMachine,
  createSseParser,
  unfoldResponse,
  wrapSignature,
  type ChatResponse,
  type Restoration,
} from '@turnpike/protocol';
import { encodeMessagesRequest } from '../anthropic-messages/request';
import { encodeChatRequest } from '../openai-chat/request';
import { readResponsesStream } from './fixtures/read-responses-stream';
import { decodeResponsesRequest } from './request';
import { createResponsesStreamEncoder } from './stream';

/** A coding agent's second request: tools of every kind, and items with ids of its own making. */
const AGENT: JsonObject = {
  model: 'alias',
  input: [
    {
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'custom', name: 'exec', description: 'Runs.' }],
    },
    {
      type: 'message',
      role: 'developer',
      id: 'msg_a',
      content: [{ type: 'input_text', text: 'You edit files.' }],
    },
    { type: 'message', role: 'user', id: 'msg_b', content: [{ type: 'input_text', text: 'rules' }] },
    { type: 'message', role: 'user', id: 'msg_c', content: [{ type: 'input_text', text: 'fix it' }] },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      content: null,
      encrypted_content: wrapSignature({ vendor: 'anthropic', kind: 'thinking', value: 'sig_1' }),
    },
    {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'c1',
      name: 'read',
      namespace: 'files',
      arguments: '{"p":"x"}',
    },
    { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c2', name: 'exec', input: 'ls' },
    {
      type: 'function_call_output',
      id: 'fco_1',
      call_id: 'c1',
      output: [{ type: 'input_text', text: 'one' }],
    },
    { type: 'custom_tool_call_output', call_id: 'c2', output: 'two' },
  ],
  tools: [
    {
      type: 'namespace',
      name: 'files',
      description: 'Files.',
      tools: [{ type: 'function', name: 'read', parameters: { type: 'object', properties: {} } }],
    },
    { type: 'tool_search', execution: 'client' },
    { type: 'web_search' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: true,
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
  reasoning: { effort: 'high', summary: 'auto' },
  prompt_cache_key: 'k',
};

function answerWith(restoration: Restoration, response: ChatResponse): JsonObject[] {
  const view = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 1 };
  const machine = chain(createRestoreMachine(restoration), createResponsesStreamEncoder(view));
  const parser = createSseParser();
  const text = unfoldResponse(response)
    .flatMap((event) => machine.push(event))
    .join('');
  const events = [...parser.push(Buffer.from(text)), ...parser.end()];
  expect(readResponsesStream(events).problems).toEqual([]);
  const last = JSON.parse(events.at(-1)?.data ?? '') as { response: { output: JsonObject[] } };
  return last.response.output;
}

const CALLS: ChatResponse = {
  stop: 'tool',
  parts: [
    { kind: 'call', id: 'u1', name: 'files__read', args: '{"p":"y"}', tool: 'function' },
    { kind: 'call', id: 'u2', name: 'exec', args: '{"input":"pwd"}', tool: 'function' },
  ],
};

describe("a coding agent's conversation", () => {
  it('becomes a Messages conversation and gets its own tools back', () => {
    const target = { model: 'up', capabilities: {}, vendor: 'anthropic' };
    const { body, restoration } = encodeMessagesRequest(decodeResponsesRequest(AGENT), target);
    expect((body.tools as JsonObject[]).map((tool) => tool.name)).toEqual([
      'files__read',
      'web_search',
      'exec',
    ]);
    expect(body.messages).toMatchObject([
      { role: 'user', content: [{ text: 'rules' }, { text: 'fix it' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig_1' },
          { type: 'tool_use', id: 'c1', name: 'files__read', input: { p: 'x' } },
          { type: 'tool_use', id: 'c2', name: 'exec', input: { input: 'ls' } },
        ],
      },
      {
        role: 'user',
        content: [
          { tool_use_id: 'c1', content: 'one' },
          { tool_use_id: 'c2', content: 'two' },
        ],
      },
    ]);
    expect(answerWith(restoration, CALLS)).toMatchObject([
      { type: 'function_call', call_id: 'u1', name: 'read', namespace: 'files', arguments: '{"p":"y"}' },
      { type: 'custom_tool_call', call_id: 'u2', name: 'exec', input: 'pwd' },
    ]);
  });

  it('becomes a Chat conversation', () => {
    const target = { model: 'up', capabilities: { customTools: false }, vendor: 'openai' };
    const { body, losses, restoration } = encodeChatRequest(decodeResponsesRequest(AGENT), target);
    expect(body.messages).toMatchObject([
      { role: 'system', content: 'You edit files.' },
      { role: 'user', content: 'rules' },
      { role: 'user', content: 'fix it' },
      { role: 'assistant', tool_calls: [{ id: 'c1' }, { id: 'c2' }] },
      { role: 'tool', tool_call_id: 'c1', content: 'one' },
      { role: 'tool', tool_call_id: 'c2', content: 'two' },
    ]);
    expect(losses).toEqual(expect.arrayContaining(['dropped:tool_search', 'dropped:web_search']));
    expect(answerWith(restoration, CALLS)).toMatchObject([{ namespace: 'files' }, { input: 'pwd' }]);
  });

  it('loses its choice together with its tools', () => {
    const { body } = encodeChatRequest(decodeResponsesRequest({ ...AGENT, input: 'title?', tools: [] }), {
      model: 'up',
      capabilities: {},
      vendor: 'openai',
    });
    expect([body.tools, body.tool_choice, body.parallel_tool_calls]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(['compaction', 'computer_call', 'hologram_call'])(
    'is refused where it holds what no other model can read (%s)',
    (type) => {
      const request = decodeResponsesRequest({
        model: 'm',
        input: [{ type }, { role: 'user', content: 'q' }],
      });
      for (const encode of [encodeChatRequest, encodeMessagesRequest])
        expect(() => encode(request, { model: 'up', capabilities: {}, vendor: 'x' })).toThrow(type);
    },
  );
});
