import type { JsonObject } from '@turnpike/kernel';
import { checkGrammar, foldStream, type ChatResponse, type StreamEvent } from '@turnpike/protocol';
import { createResponsesStreamDecoder } from './responses-stream-decoder';

type Event = readonly [string, JsonObject?];

function decode(...events: Event[]): StreamEvent[] {
  const decoder = createResponsesStreamDecoder({ capabilities: {} });
  const out = events.flatMap(([type, more], sequence_number) =>
    decoder.push({ event: type, data: JSON.stringify({ type, sequence_number, ...more }) }),
  );
  out.push(...decoder.end('complete'));
  expect(checkGrammar(out)).toEqual([]);
  return out;
}

const read = (...events: Event[]): ChatResponse => foldStream(decode(...events));

const CREATED: Event = ['response.created', { response: { id: 'resp_1', model: 'm', created_at: 5 } }];
const completed = (...output: JsonObject[]): Event => [
  'response.completed',
  {
    response: { status: 'completed', output, usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 } },
  },
];
const at = { item_id: 'x', output_index: 0, content_index: 0 };
const messageItem = (text: string): JsonObject => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [] }],
});
const callItem = (args: string, more: JsonObject = {}): JsonObject => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'c1',
  name: 'f',
  arguments: args,
  ...more,
});
const added = (output_index: number, item: JsonObject): Event => [
  'response.output_item.added',
  { output_index, item },
];
const done = (output_index: number, item: JsonObject): Event => [
  'response.output_item.done',
  { output_index, item },
];
const TEXT = [{ kind: 'text', text: 'hello' }];
const ONE_CALL = [{ kind: 'call', id: 'c1', name: 'f', args: '{"a":1}', tool: 'function' }];

describe('createResponsesStreamDecoder', () => {
  it('reads head, deltas, usage and end', () => {
    expect(
      read(
        CREATED,
        ['response.in_progress', { response: {} }],
        added(0, { ...messageItem(''), content: [] }),
        ['response.content_part.added', { ...at, part: { type: 'output_text', text: '' } }],
        ['response.output_text.delta', { ...at, delta: 'hel' }],
        ['response.output_text.delta', { ...at, delta: 'lo' }],
        ['response.output_text.done', { ...at, text: 'hello' }],
        ['response.content_part.done', { ...at, part: { type: 'output_text', text: 'hello' } }],
        done(0, messageItem('hello')),
        completed(messageItem('hello')),
      ),
    ).toMatchObject({
      id: 'resp_1',
      model: 'm',
      createdAt: 5,
      parts: TEXT,
      stop: 'end',
      usage: { input: 3, output: 2 },
    });
  });

  it.each<[string, Event[]]>([
    [
      'only done texts',
      [added(0, messageItem('')), ['response.output_text.done', { ...at, text: 'hello' }], completed()],
    ],
    [
      'only done parts',
      [['response.content_part.done', { ...at, part: { type: 'output_text', text: 'hello' } }], completed()],
    ],
    ['only done items', [done(0, messageItem('hello')), completed()]],
    ['only the end', [completed(messageItem('hello'))]],
    [
      'a done text that says more',
      [['response.output_text.delta', { ...at, delta: 'hel' }], done(0, messageItem('hello')), completed()],
    ],
    [
      'ids that change',
      [
        added(0, { ...messageItem(''), id: 'a' }),
        ['response.output_text.delta', { ...at, item_id: 'b', delta: 'hello' }],
        done(0, { ...messageItem('hello'), id: 'c' }),
        completed({ ...messageItem('hello'), id: 'd' }),
      ],
    ],
    [
      'no indexes',
      [
        added(0, { ...messageItem(''), id: 'x' }),
        ['response.output_text.delta', { item_id: 'x', delta: 'hello' }],
        completed(),
      ],
    ],
    [
      'indexes that begin at 1',
      [
        added(1, messageItem('')),
        ['response.output_text.delta', { ...at, output_index: 1, delta: 'hello' }],
        done(1, messageItem('hello')),
        completed(messageItem('hello')),
      ],
    ],
    [
      'events of other vendors',
      [['codex.rate_limits', {}], ['response.constructor', {}], done(0, messageItem('hello')), completed()],
    ],
    [
      'an end that was not brought up to date',
      [done(0, messageItem('hello')), ['response.completed', { response: { status: 'in_progress' } }]],
    ],
  ])('reads text from %s', (_, events) => {
    expect(read(CREATED, ...events)).toMatchObject({ parts: TEXT, stop: 'end' });
  });

  it.each<[string, Event[]]>([
    [
      'pieces',
      [
        added(0, callItem('')),
        ['response.function_call_arguments.delta', { ...at, delta: '{"a"' }],
        ['response.function_call_arguments.delta', { ...at, delta: ':1}' }],
        done(0, callItem('{"a":1}')),
      ],
    ],
    [
      'one done event',
      [added(0, callItem('')), ['response.function_call_arguments.done', { ...at, arguments: '{"a":1}' }]],
    ],
    [
      'deltas before the name',
      [['response.function_call_arguments.delta', { ...at, delta: '{"a":1}' }], done(0, callItem('{"a":1}'))],
    ],
    ['an object', [done(0, { ...callItem(''), arguments: { a: 1 } })]],
  ])('reads a call from %s', (_, events) => {
    expect(read(CREATED, ...events, completed())).toMatchObject({ parts: ONE_CALL, stop: 'tool' });
  });

  it('keeps two calls apart that come at once, and takes both of one index for two', () => {
    const second = callItem('{}', { id: 'fc_2', call_id: 'c2' });
    const delta = (output_index: number, text: string): Event => [
      'response.function_call_arguments.delta',
      { output_index, delta: text },
    ];
    const interleaved = read(
      CREATED,
      added(0, callItem('')),
      added(1, { ...second, arguments: '' }),
      delta(0, '{"a"'),
      delta(1, '{}'),
      delta(0, ':1}'),
      completed(),
    );
    const same = read(
      CREATED,
      added(0, callItem('')),
      done(0, callItem('{"a":1}')),
      added(0, second),
      done(0, second),
      completed(),
    );
    for (const answer of [interleaved, same])
      expect(answer.parts).toMatchObject([
        { id: 'c1', args: '{"a":1}' },
        { id: 'c2', args: '{}' },
      ]);
  });

  it('takes from the end the calls that were not streamed, and no text twice', () => {
    const reasoning = { id: 'rs_1', type: 'reasoning', summary: [{ text: 'hm' }] };
    const answer = read(
      CREATED,
      done(0, messageItem('hello')),
      completed(reasoning, messageItem('hello'), callItem('{"a":1}')),
    );
    expect(answer).toMatchObject({ parts: [...TEXT, ...ONE_CALL], stop: 'tool' });
    expect(answer.parts).toHaveLength(2);
  });

  it('reads free-text calls and namespaces', () => {
    const custom = {
      id: 'ctc_1',
      type: 'custom_tool_call',
      call_id: 'c',
      name: 'patch',
      input: 'a b',
      namespace: 'ns',
    };
    expect(
      read(
        CREATED,
        added(0, { ...custom, input: '' }),
        ['response.custom_tool_call_input.delta', { ...at, delta: 'a ' }],
        done(0, custom),
        completed(),
      ).parts,
    ).toEqual([{ kind: 'call', id: 'c', name: 'patch', args: 'a b', tool: 'custom', namespace: 'ns' }]);
  });

  it('reads summaries as paragraphs and the proof from the done item', () => {
    const place = (summary_index: number): JsonObject => ({
      item_id: 'rs_1',
      output_index: 0,
      summary_index,
    });
    const item = {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ text: 'one' }, { text: 'two' }],
      encrypted_content: 'final',
    };
    expect(
      read(
        CREATED,
        added(0, { ...item, summary: [], encrypted_content: 'early' }),
        ['response.reasoning_summary_text.delta', { ...place(0), delta: 'one' }],
        ['response.reasoning_summary_text.done', { ...place(0), text: 'one' }],
        ['response.reasoning_summary_text.delta', { ...place(1), delta: 'tw' }],
        ['response.reasoning_summary_text.done', { ...place(1), text: 'two' }],
        done(0, item),
        completed(),
      ).parts,
    ).toEqual([
      {
        kind: 'reasoning',
        text: 'one\n\ntwo',
        signature: { vendor: 'openai', value: 'final' },
        itemId: 'rs_1',
      },
    ]);
  });

  it('reads raw reasoning, refusals, citations, drawn images and items of its own', () => {
    const citation = { type: 'url_citation', url: 'u', title: 't', start_index: 0, end_index: 1 };
    const search = { id: 'ws_1', type: 'web_search_call', status: 'completed' };
    const answer = read(
      CREATED,
      ['response.reasoning_text.delta', { ...at, delta: 'raw' }],
      done(0, { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'raw' }] }),
      done(1, search),
      done(2, { type: 'message', content: [{ type: 'output_text', text: 'a', annotations: [citation] }] }),
      ['response.refusal.delta', { ...at, output_index: 3, delta: 'no' }],
      done(4, { type: 'image_generation_call', result: 'iVBORw0KGgo=' }),
      completed(),
    );
    const { type, ...url_citation } = citation;
    expect(answer.parts).toEqual([
      { kind: 'reasoning', text: 'raw' },
      { kind: 'opaque', vendor: 'openai', raw: search },
      { kind: 'text', text: 'a', citations: [{ type, url_citation }] },
      { kind: 'refusal', text: 'no' },
      { kind: 'image', source: { kind: 'base64', mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
    ]);
    expect(answer.stop).toBe('refusal');
  });

  it.each<[JsonObject, string]>([
    [{ incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    [{ incomplete_details: { reason: 'content_filter' } }, 'filtered'],
    [{}, 'length'],
  ])('reads an end that is incomplete (%j)', (response, stop) => {
    const events: Event[] = [
      added(0, callItem('')),
      ['response.function_call_arguments.delta', { ...at, delta: '{"a' }],
    ];
    expect(read(CREATED, ...events, ['response.incomplete', { response }])).toMatchObject({
      stop,
      parts: [{ args: '{"a' }],
    });
  });

  it.each<[string, Event, object]>([
    [
      'flat',
      ['error', { code: 'rate_limit_exceeded', message: 'slow', param: null }],
      { message: 'slow', code: 'rate_limit_exceeded' },
    ],
    [
      'nested',
      ['error', { error: { type: 'server_error', code: 'x', message: 'm' } }],
      { message: 'm', type: 'server_error', code: 'x' },
    ],
    [
      'of the response',
      ['response.failed', { response: { status: 'failed', error: { code: 'c', message: 'm' } } }],
      { message: 'm', code: 'c' },
    ],
    [
      'without words',
      ['response.failed', { response: { status: 'failed', error: null } }],
      { message: 'The provider ended its answer with an error.', code: 'failed' },
    ],
    [
      'in a completed response',
      ['response.completed', { response: { status: 'failed', error: { message: 'm' } } }],
      { message: 'm' },
    ],
  ])('reads an error that is %s', (_, event, error) => {
    const out = decode(CREATED, ['response.output_text.delta', { ...at, delta: 'a' }], event, completed());
    expect(out.at(-1)).toEqual({ kind: 'error', error });
  });

  it.each<[string, Event[], object]>([
    ['no end', [done(0, messageItem('hello'))], { kind: 'interrupted', reason: 'complete' }],
    [
      'arguments that never got a name',
      [['response.function_call_arguments.delta', { ...at, delta: '{}' }], completed()],
      { kind: 'error' },
    ],
  ])('takes a stream with %s for broken', (_, events, last) => {
    expect(decode(CREATED, ...events).at(-1)).toMatchObject(last);
  });
});
