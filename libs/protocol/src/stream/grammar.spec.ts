import type { StreamEvent } from './events';
import { checkGrammar } from './grammar';

const start: StreamEvent = { kind: 'start' };
const finish: StreamEvent = { kind: 'finish', stop: 'end' };
const open: StreamEvent = { kind: 'block-start', block: 0, content: { kind: 'text' } };
const say: StreamEvent = { kind: 'block-delta', block: 0, delta: { kind: 'text', text: 'a' } };
const args: StreamEvent = { kind: 'block-delta', block: 0, delta: { kind: 'arguments', text: 'a' } };
const close: StreamEvent = { kind: 'block-end', block: 0 };
const interrupted: StreamEvent = { kind: 'interrupted', reason: 'cut' };

describe('checkGrammar', () => {
  it.each<[string, StreamEvent[]]>([
    ['an answer', [start, open, say, close, finish]],
    ['an empty answer', [start, finish]],
    ['a stream that broke within a block', [start, open, say, interrupted]],
    [
      'usage anywhere',
      [start, { kind: 'usage', usage: { input: 1 } }, open, { kind: 'usage', usage: {} }, close, finish],
    ],
  ])('accepts %s', (_, events) => {
    expect(checkGrammar(events)).toEqual([]);
  });

  it.each<[string, StreamEvent[], string]>([
    ['a block before the start', [open, close], 'block-start before start'],
    ['two starts', [start, start, finish], 'start twice'],
    [
      'a delta of a block that is not open',
      [start, say, finish],
      'block-delta of block 0, which is not open',
    ],
    ['a delta of another kind', [start, open, args, close, finish], 'arguments in a block of text'],
    ['a block that starts twice', [start, open, close, open, close, finish], 'block 0 starts twice'],
    ['a finish with an open block', [start, open, finish], 'finish with an open block'],
    ['anything after the end', [start, finish, finish], 'finish after the end'],
    ['no end', [start, open, close], 'no finish, error or interrupted'],
    [
      'a count that is none',
      [start, { kind: 'usage', usage: { input: -1 } }, finish],
      'usage.input is no count',
    ],
  ])('refuses %s', (_, events, problem) => {
    expect(checkGrammar(events)).toContain(problem);
  });
});
