import type { Json, JsonObject } from '@turnpike/kernel';
import { wireRequest } from '../wire/fixtures/wire-request';
import { createSeal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { checkResponses } from './check-responses';
import { KeptResponses } from './kept-responses';

const SEAL = createSeal('responses');
const said = (content: Json = 'hi', role = 'user'): JsonObject => ({ type: 'message', role, content });
const answer = (text: string): JsonObject => said([{ type: 'output_text', text }], 'assistant');
const call = (callId: string, extra: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  call_id: callId,
  name: 'f',
  arguments: '{}',
  ...extra,
});
const output = (callId: string, value: Json = 'ok'): JsonObject => ({
  type: 'function_call_output',
  call_id: callId,
  output: value,
});
const thought = (id: string, extra: JsonObject = {}): JsonObject => ({
  type: 'reasoning',
  id,
  summary: [],
  encrypted_content: SEAL.sign(id),
  ...extra,
});
const tool = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } };
const base = (extra: JsonObject = {}): JsonObject => ({ model: 'm', input: 'hi', ...extra });
const talk = (...input: JsonObject[]): JsonObject => base({ input });
const format = (value: JsonObject): JsonObject => base({ text: { format: value } });

function kept(): KeptResponses {
  const store = new KeptResponses();
  store.keep('resp_1', 'key', [said()], [thought('rs_k'), call('c1', { id: 'fc_k' })]);
  return store;
}
const judge = (body: Json, extra: Partial<WireRequest> = {}): VendorError | undefined =>
  checkResponses(wireRequest(body, { seal: SEAL, kept: kept(), ...extra }));

describe('what Responses accepts', () => {
  it.each<[string, JsonObject]>([
    ['a text', base()],
    [
      'messages without a type',
      talk({ role: 'developer', content: 'be brief' }, { role: 'user', content: 'hi' }),
    ],
    [
      'parts',
      talk(
        said([
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'https://x/y.png' },
        ]),
      ),
    ],
    [
      'a file',
      talk(said([{ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' }])),
    ],
    ['a call and its result', talk(said(), call('1'), output('1'))],
    [
      'results after all calls, in another order',
      talk(said(), call('1'), call('2'), output('2'), output('1')),
    ],
    [
      'an image as result',
      talk(
        said(),
        call('1'),
        output('1', [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }]),
      ),
    ],
    [
      'a free-text call',
      talk(
        said(),
        { type: 'custom_tool_call', call_id: '1', name: 'x', input: 'ls' },
        { type: 'custom_tool_call_output', call_id: '1', output: 'a' },
      ),
    ],
    [
      'ids of the caller',
      talk({ ...said(), id: 'msg_mine' }, call('1', { id: 'fc_1' }), { ...output('1'), id: 'fco_1' }),
    ],
    ['reasoning of its own mint', talk(said(), thought('rs_1', { content: null }), call('1'), output('1'))],
    ['reasoning in a row', talk(said(), thought('rs_1'), thought('rs_2'), answer('x'), said())],
    [
      'reasoning without an id',
      talk(said(), { type: 'reasoning', summary: [], encrypted_content: SEAL.sign('rs_9') }, answer('x')),
    ],
    [
      'tools of every kind',
      base({
        tools: [
          tool,
          { type: 'custom', name: 'g' },
          { type: 'namespace', name: 'n', description: 'd', tools: [tool] },
          { type: 'web_search' },
        ],
        tool_choice: 'required',
      }),
    ],
    [
      'a choice of a tool in a namespace',
      base({
        tools: [{ type: 'namespace', name: 'n', description: 'd', tools: [tool] }],
        tool_choice: { type: 'function', name: 'f' },
      }),
    ],
    [
      'an empty list of tools with a choice',
      base({ tools: [], tool_choice: 'auto', parallel_tool_calls: true }),
    ],
    ['tools in the input', talk({ type: 'additional_tools', role: 'developer', tools: [tool] }, said())],
    ['an earlier answer', base({ previous_response_id: 'resp_1', input: [output('c1')] })],
    [
      'a reference to an item',
      talk(said(), { type: 'item_reference', id: 'rs_k' }, { id: 'fc_k' }, output('c1')),
    ],
    ['a schema', format({ type: 'json_schema', name: 's', schema: { type: 'object' } })],
    [
      'what a coding agent adds',
      base({ client_metadata: { a: 'b' }, store: false, include: ['reasoning.encrypted_content'] }),
    ],
    ['compaction of its own mint', talk({ type: 'compaction', encrypted_content: SEAL.sign('x') }, said())],
  ])('%s', (_name, body) => {
    expect(judge(body)).toBeUndefined();
  });

  it('a count without what only an answer needs', () => {
    expect(judge(base({ tools: [tool] }), { operation: 'count-tokens' })).toBeUndefined();
    expect(judge(base({ max_output_tokens: 100 }), { operation: 'count-tokens' })?.param).toBe(
      'max_output_tokens',
    );
  });
});

describe('what Responses refuses', () => {
  const foreign = createSeal('gemini').sign('rs_1');
  it.each<[string, Json, string]>([
    ['no object', [], 'JSON'],
    ['no model', { input: 'x' }, "'model'"],
    ['no input', { model: 'm' }, "'input'"],
    ['a member of Chat', base({ messages: [] }), "Unknown parameter: 'messages'"],
    ['stop', base({ stop: ['x'] }), 'stop'],
    ['a small cap', base({ max_output_tokens: 5 }), '>= 16, but got 5'],
    ['a high temperature', base({ temperature: 3 }), 'temperature'],
    ['stream options without a stream', base({ stream_options: {} }), 'stream_options'],
    ['an unknown include', base({ include: ['reasoning'] }), 'include'],
    ['an unknown effort', base({ reasoning: { effort: 'huge' } }), 'reasoning.effort'],
    ['budget tokens', base({ reasoning: { max_tokens: 5 } }), 'reasoning.max_tokens'],
    ['parts of Chat', talk(said([{ type: 'text', text: 'x' }])), "Invalid value: 'text'"],
    ['an image as an object', talk(said([{ type: 'input_image', image_url: { url: 'x' } }])), 'image_url'],
    ['an image without its prefix', talk(said([{ type: 'input_image', image_url: 'AAAA' }])), 'data:'],
    [
      'input parts of the assistant',
      talk(said([{ type: 'input_text', text: 'x' }], 'assistant')),
      "'output_text', 'refusal'",
    ],
    ['a role of Chat', talk(said('x', 'tool')), "Invalid value: 'tool'"],
    ['an unknown item', talk({ type: 'tool_result' }), "Invalid value: 'tool_result'"],
    ['an unknown member', talk({ ...said(), name: 'x' }), 'input[0].name'],
    ['a foreign prefix', talk(said(), call('1', { id: 'call_1' }), output('1')), "begins with 'fc'"],
    ['a long call id', talk(said(), call('x'.repeat(65)), output('x'.repeat(65))), 'maximum length 64'],
    ['arguments as an object', talk(said(), call('1', { arguments: {} }), output('1')), 'input[1].arguments'],
    ['a call without its result', talk(said(), call('1')), 'No tool output found for function call 1'],
    [
      'a result without its call',
      talk(said(), output('1')),
      'No tool call found for function call output with call_id 1',
    ],
    ['a result before its call', talk(output('1'), call('1')), 'No tool call found'],
    ['two results for a call', talk(said(), call('1'), output('1'), output('1')), 'No tool call found'],
    [
      'a result of the wrong kind',
      talk(said(), { type: 'custom_tool_call', call_id: '1', name: 'x', input: '' }, output('1')),
      'No tool call found',
    ],
    [
      'an item twice',
      talk(said(), thought('rs_1'), answer('x'), thought('rs_1'), answer('y')),
      'Duplicate item found with id rs_1',
    ],
    [
      'foreign reasoning',
      talk(said(), thought('rs_1', { encrypted_content: foreign }), answer('x')),
      'could not be verified',
    ],
    [
      'reasoning under another id',
      talk(said(), thought('rs_1', { encrypted_content: SEAL.sign('rs_2') }), answer('x')),
      'could not be verified',
    ],
    [
      'reasoning that nobody keeps',
      talk(said(), thought('rs_1', { encrypted_content: null }), answer('x')),
      'Items are not persisted',
    ],
    [
      'reasoning without what follows',
      talk(said(), thought('rs_1'), said()),
      'without its required following item',
    ],
    ['reasoning at the end', talk(said(), thought('rs_1')), 'without its required following item'],
    [
      'a kept call without its reasoning',
      talk(said(), call('c1', { id: 'fc_k' }), output('c1')),
      "required 'reasoning' item: 'rs_k'",
    ],
    ['an unknown reference', talk({ type: 'item_reference', id: 'msg_x' }), "'msg_x' not found"],
    ['an unknown answer', base({ previous_response_id: 'resp_x' }), "'resp_x' not found"],
    ['a choice without tools', base({ tool_choice: 'auto' }), 'tool_choice'],
    ['a must without tools', base({ tools: [], tool_choice: 'required' }), "must be specified with 'tools'"],
    [
      'a choice of another tool',
      base({ tools: [tool], tool_choice: { type: 'function', name: 'g' } }),
      "'g' not found",
    ],
    ['a tool of Chat', base({ tools: [{ type: 'function', function: { name: 'f' } }] }), 'tools[0].function'],
    ['a tool without a type', base({ tools: [{ name: 'f' }] }), 'tools[0].type'],
    [
      'a tool of Messages',
      base({ tools: [{ type: 'function', name: 'f', input_schema: {} }] }),
      'input_schema',
    ],
    ['a name with a dot', base({ tools: [{ ...tool, name: 'a.b' }] }), 'does not match pattern'],
    [
      'a schema that is no object',
      base({ tools: [{ ...tool, parameters: { type: 'string' } }] }),
      'Invalid schema',
    ],
    ['an open strict schema', base({ tools: [{ ...tool, strict: true }] }), 'additionalProperties'],
    [
      'an open strict schema inside',
      format({
        type: 'json_schema',
        name: 's',
        strict: true,
        schema: {
          type: 'object',
          properties: { a: { type: 'array', items: { type: 'object', properties: {} } } },
          required: ['a'],
          additionalProperties: false,
        },
      }),
      'additionalProperties',
    ],
    [
      'a format of Chat',
      format({ type: 'json_schema', json_schema: { name: 's' } }),
      'text.format.json_schema',
    ],
    ['json without the word', base({ text: { format: { type: 'json_object' } } }), "the word 'json'"],
    [
      'foreign compaction',
      talk({ type: 'compaction', encrypted_content: foreign }, said()),
      'could not be verified',
    ],
  ])('%s', (_name, body, words) => {
    const problem = judge(body);
    expect(problem?.status).toBeGreaterThanOrEqual(400);
    expect(problem?.status).toBeLessThan(405);
    expect(`${String(problem?.param)}: ${String(problem?.message)}`).toContain(words);
  });

  it('what another credential keeps', () => {
    expect(
      judge(base({ previous_response_id: 'resp_1', input: [output('c1')] }), { credential: 'other' })?.code,
    ).toBe('previous_response_not_found');
  });
});

describe('kept responses', () => {
  it('forget the oldest first and never the newest', () => {
    const store = new KeptResponses();
    const large = said('x'.repeat(6 * 1024 * 1024));
    for (const id of ['a', 'b', 'c']) store.keep(id, 'key', [large], [{ ...answer('y'), id: `msg_${id}` }]);
    expect(['a', 'b', 'c'].map((id) => store.conversation(id, 'key') !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    expect(store.item('msg_a', 'key')).toBeUndefined();
    expect(store.item('msg_c', 'key')?.item.id).toBe('msg_c');
  });
});
