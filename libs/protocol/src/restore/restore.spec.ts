import fc from 'fast-check';
import type { Part } from '../canonical/content';
import type { ChatResponse } from '../canonical/response';
import type { Restoration } from '../canonical/restoration';
import { shatter, someAnswer } from '../stream/fixtures/random-answers';
import { foldStream } from '../stream/fold';
import { checkGrammar } from '../stream/grammar';
import type { StreamEvent } from '../stream/events';
import { unfoldResponse } from '../stream/unfold';
import { createRestoreMachine } from './restore-machine';
import { restoreResponse } from './restore-response';

const text = (value: string): Part => ({ kind: 'text', text: value });
const thought = (value: string): Part => ({ kind: 'reasoning', text: value });
const call = (name: string, args: string): Part => ({ kind: 'call', id: 'c', name, args, tool: 'function' });
const answer = (stop: ChatResponse['stop'], ...parts: Part[]): ChatResponse => ({ parts, stop });

function restoreStream(events: readonly StreamEvent[], restoration: Restoration): StreamEvent[] {
  const machine = createRestoreMachine(restoration);
  return [...events.flatMap((event) => machine.push(event)), ...machine.end('complete')];
}

const tools = new Map([
  ['get_x', { name: 'get.x' }],
  ['ns__run', { name: 'run', namespace: 'ns' }],
  ['patch', { name: 'apply_patch', custom: true }],
]);
const hidden = { name: 'json_output', unwrapValue: false };

const CASES: [string, Restoration, ChatResponse, ChatResponse][] = [
  ['nothing', {}, answer('end', text('a')), answer('end', text('a'))],
  ['a tool name', { tools }, answer('tool', call('get_x', '{}')), answer('tool', call('get.x', '{}'))],
  [
    'a namespace',
    { tools },
    answer('tool', call('ns__run', '{"a":1}')),
    answer('tool', { ...call('run', '{"a":1}'), namespace: 'ns' } as Part),
  ],
  [
    'a free-text tool',
    { tools },
    answer('tool', call('patch', '{"input":"*** Begin\\n\\"q\\""}')),
    answer('tool', { ...call('apply_patch', '*** Begin\n"q"'), tool: 'custom' } as Part),
  ],
  ['an unknown tool', { tools }, answer('tool', call('other', '{}')), answer('tool', call('other', '{}'))],
  [
    'the hidden tool',
    { hiddenTool: hidden },
    answer('tool', call('json_output', '{"a":9007199254740993}')),
    answer('end', text('{"a":9007199254740993}')),
  ],
  [
    'the hidden tool at the cap',
    { hiddenTool: hidden },
    answer('length', call('json_output', '{"a":')),
    answer('length', text('{"a":')),
  ],
  [
    'the hidden tool beside others',
    { hiddenTool: hidden },
    answer('tool', call('json_output', '1'), call('f', '{}')),
    answer('tool', text('1'), call('f', '{}')),
  ],
  [
    'a wrapped root',
    { hiddenTool: { ...hidden, unwrapValue: true } },
    answer('tool', call('json_output', '{"value":[1,12345678901234567890]}')),
    answer('end', text('[1,12345678901234567890]')),
  ],
  [
    'a fence',
    { stripFences: true },
    answer('end', text('```json\n{"a":"`"}\n```\n')),
    answer('end', text('{"a":"`"}')),
  ],
  ['a bare fence', { stripFences: true }, answer('end', text('  ```\n[1]```')), answer('end', text('[1]'))],
  [
    'no fence',
    { stripFences: true },
    answer('end', text('{"a":"```"}\n')),
    answer('end', text('{"a":"```"}\n')),
  ],
  [
    'prose before a fence',
    { stripFences: true },
    answer('end', text('Here:\n```json\n1\n```')),
    answer('end', text('Here:\n```json\n1\n```')),
  ],
  [
    'a stop sequence',
    { localStops: ['END', 'XY'] },
    answer('end', text('a END b'), call('f', '{}')),
    { ...answer('stop_sequence', text('a ')), stopSequence: 'END' },
  ],
  [
    'the stop sequence that is complete first',
    { localStops: ['abcd', 'bc'] },
    answer('end', text('xabcd')),
    { ...answer('stop_sequence', text('xa')), stopSequence: 'bc' },
  ],
  [
    'half a stop sequence',
    { localStops: ['STOP'] },
    answer('length', text('a STO')),
    answer('length', text('a STO')),
  ],
  [
    'a stop sequence in thinking',
    { localStops: ['STOP'] },
    answer('end', thought('STOP'), text('b')),
    answer('end', thought('STOP'), text('b')),
  ],
  [
    'a think tag',
    { thinkTag: 'think' },
    answer('end', text('<think>\nhm\n</think>\n\nHi')),
    answer('end', thought('hm\n'), text('\nHi')),
  ],
  [
    'a think tag behind white space',
    { thinkTag: 'think' },
    answer('end', text('\n <think>a</think>b')),
    answer('end', thought('a'), text('b')),
  ],
  [
    'a think tag that is not closed',
    { thinkTag: 'think' },
    answer('length', text('<think>hm </thi')),
    answer('length', thought('hm </thi')),
  ],
  [
    'thinking that the prompt opened',
    { thinkTag: 'think', thinkOpened: true },
    answer('end', text('hm <b>\n</think>\n\nHi')),
    answer('end', thought('hm <b>\n'), text('\nHi')),
  ],
  [
    'thinking that the prompt opened and the model opened again',
    { thinkTag: 'think', thinkOpened: true },
    answer('end', text('<think>\nhm</think>Hi')),
    answer('end', thought('hm'), text('Hi')),
  ],
  [
    'thinking that the prompt opened and nobody closed',
    { thinkTag: 'think', thinkOpened: true },
    answer('length', text('<thin')),
    answer('length', thought('<thin')),
  ],
  [
    'a think tag later on',
    { thinkTag: 'think' },
    answer('end', text('Use <think>x</think>')),
    answer('end', text('Use <think>x</think>')),
  ],
  [
    'something like a think tag',
    { thinkTag: 'think' },
    answer('end', text('<thin')),
    answer('end', text('<thin')),
  ],
  [
    'thinking and nothing else',
    { thinkTag: 'thought' },
    answer('end', text('<thought>a</thought>')),
    answer('end', thought('a')),
  ],
  [
    'thinking, a fence and a stop',
    { thinkTag: 'think', stripFences: true, localStops: ['Q'] },
    answer('end', text('<think>Q</think>\n```json\n{"a":"Q"}\n```')),
    { ...answer('stop_sequence', thought('Q'), text('{"a":"')), stopSequence: 'Q' },
  ],
];

describe('restoreResponse', () => {
  it.each(CASES)('restores %s', (_, restoration, response, expected) => {
    expect(restoreResponse(response, restoration)).toEqual(expected);
  });

  it('takes text before a lone closing tag as thinking', () => {
    const restored = restoreResponse(answer('end', text('hm</think>Hi')), { thinkTag: 'think' });
    expect(restored.parts).toEqual([thought('hm'), text('Hi')]);
  });

  it('lets an answer be that ended in an error', () => {
    const broken = answer('error', text('```json\n'));
    expect(restoreResponse(broken, { stripFences: true })).toBe(broken);
  });
});

describe('createRestoreMachine', () => {
  it.each(CASES)('restores %s in a stream, however it comes', (_, restoration, response, expected) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 8 }), (sizes) => {
        const events = restoreStream(shatter(unfoldResponse(response), sizes), restoration);
        expect(checkGrammar(events)).toEqual([]);
        expect(foldStream(events)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the grammar and the usage of any answer', () => {
    const restoration: Restoration = {
      thinkTag: 'think',
      tools,
      stripFences: true,
      localStops: ['a', '<t'],
      hiddenTool: { name: 'get_time', unwrapValue: true },
    };
    fc.assert(
      fc.property(
        someAnswer,
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
        (response, sizes) => {
          const events = restoreStream(shatter(unfoldResponse(response), sizes), restoration);
          expect(checkGrammar(events)).toEqual([]);
          expect(foldStream(events).usage).toEqual(response.usage);
          const loneClosing = JSON.stringify(response.parts).includes('</think>');
          if (!loneClosing) expect(foldStream(events)).toEqual(restoreResponse(response, restoration));
        },
      ),
    );
  });

  it('gives back what it held when the stream breaks', () => {
    const events: StreamEvent[] = [
      { kind: 'start' },
      { kind: 'block-start', block: 0, content: { kind: 'text' } },
      { kind: 'block-delta', block: 0, delta: { kind: 'text', text: 'a<' } },
      { kind: 'interrupted', reason: 'cut' },
    ];
    const out = restoreStream(events, { localStops: ['<end>'], stripFences: true, thinkTag: 'think' });
    expect(checkGrammar(out)).toEqual([]);
    expect(foldStream(out).parts).toEqual([text('a<')]);
  });
});
