import type { CallPart, Part, ResultPart, Turn } from '../canonical/content';
import { normaliseTurns } from './normalise-turns';

const MERGING = { merge: true, trimBlank: true, startWithUser: true };
const LOOSE = { merge: false, trimBlank: false, startWithUser: false };

const say = (text: string): Part => ({ kind: 'text', text });
const call = (id: string, name = 'f'): CallPart => ({ kind: 'call', id, name, args: '{}', tool: 'function' });
const result = (callId: string, text: string): ResultPart => ({ kind: 'result', callId, parts: [say(text)] });
const user = (...parts: Part[]): Turn => ({ role: 'user', parts });
const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts });
const system = (...parts: Part[]): Turn => ({ role: 'system', parts });

/** `u:text` `a:text+id` `u:<id=text>` ... */
const sketch = (turns: readonly Turn[]): string[] =>
  turns.map((turn) => {
    const parts = turn.parts.map((part) => {
      if (part.kind === 'text') return part.text;
      if (part.kind === 'call') return `@${part.id}`;
      if (part.kind !== 'result') return part.kind;
      const [first] = part.parts;
      return `<${part.callId}=${first?.kind === 'text' ? first.text : ''}>`;
    });
    return `${turn.role[0]}:${parts.join('+')}`;
  });

const LOST = 'Tool call was interrupted; no result.';

describe('normaliseTurns', () => {
  it.each<[string, Turn[], string[]]>([
    [
      'puts results in the order of the calls',
      [user(say('q')), assistant(call('a'), call('b')), user(result('b', '2'), result('a', '1'))],
      ['u:q', 'a:@a+@b', 'u:<a=1>+<b=2>'],
    ],
    [
      'puts results before other parts',
      [user(say('q')), assistant(call('a')), user(say('and'), result('a', '1'))],
      ['u:q', 'a:@a', 'u:<a=1>+and'],
    ],
    [
      'gathers results of several turns',
      [
        user(say('q')),
        assistant(call('a'), call('b')),
        user(result('a', '1')),
        user(result('b', '2'), say('x')),
      ],
      ['u:q', 'a:@a+@b', 'u:<a=1>+<b=2>+x'],
    ],
    [
      'answers an interrupted call',
      [user(say('q')), assistant(call('a')), user(say('stop'))],
      ['u:q', 'a:@a', `u:<a=${LOST}>+stop`],
    ],
    ['answers calls at the end', [user(say('q')), assistant(call('a'))], ['u:q', 'a:@a', `u:<a=${LOST}>`]],
    [
      'drops an answer that broke off after its thinking',
      [user(say('q')), assistant({ kind: 'reasoning', text: 'hm' })],
      ['u:q'],
    ],
    [
      'keeps what was said behind thinking, to be continued',
      [user(say('q')), assistant({ kind: 'reasoning', text: 'hm' }, say('We'))],
      ['u:q', 'a:reasoning+We'],
    ],
    [
      'keeps the last of several results',
      [user(say('q')), assistant(call('a')), user(result('a', '1'), result('a', '2'))],
      ['u:q', 'a:@a', 'u:<a=2>'],
    ],
    [
      'turns an orphan into words',
      [user(result('z', 'left')), assistant(say('ok')), user(say('q'))],
      ['u:Result of z: left', 'a:ok', 'u:q'],
    ],
    [
      'brings a late result home',
      [user(say('q')), assistant(call('a')), user(say('x')), assistant(say('y')), user(result('a', '1'))],
      ['u:q', 'a:@a', 'u:<a=1>+x', 'a:y'],
    ],
    [
      'joins calls that were spread over turns',
      [user(say('q')), assistant(call('a')), assistant(call('b')), user(result('a', '1'), result('b', '2'))],
      ['u:q', 'a:@a+@b', 'u:<a=1>+<b=2>'],
    ],
    [
      'tells apart ids that were used again',
      [
        user(say('q')),
        assistant(call('a')),
        user(result('a', '1')),
        assistant(call('a')),
        user(result('a', '2')),
      ],
      ['u:q', 'a:@a', 'u:<a=1>', 'a:@a_2', 'u:<a_2=2>'],
    ],
    [
      'tells apart calls of one turn with one id',
      [user(say('q')), assistant(call('a'), call('a')), user(result('a', '1'), result('a', '2'))],
      ['u:q', 'a:@a+@a_2', 'u:<a=1>+<a_2=2>'],
    ],
    [
      'keeps system turns away from between calls and results',
      [user(say('q')), assistant(call('a')), system(say('s')), user(result('a', '1'))],
      ['u:q', 'a:@a', 'u:<a=1>', 's:s'],
    ],
    [
      'drops what is empty and merges what then meets',
      [user(say('q')), assistant(say(' ')), user(say('r'), say(''))],
      ['u:q+r'],
    ],
    ['opens with the user', [assistant(say('hi')), user(say('q'))], ['u:(continued)', 'a:hi', 'u:q']],
    ['is never empty', [], ['u:(continued)']],
  ])('%s', (_, turns, expected) => {
    expect(sketch(normaliseTurns(turns, MERGING))).toEqual(expected);
  });

  it.each<[string, Turn[], string[]]>([
    [
      'keeps neighbours of one role apart',
      [user(say('a')), user(say('b')), assistant(say('c')), assistant(say('d'))],
      ['u:a', 'u:b', 'a:c', 'a:d'],
    ],
    [
      'keeps results in a turn of their own',
      [assistant(call('a')), user(result('a', '1'), say('x'))],
      ['a:@a', 'u:<a=1>', 'u:x'],
    ],
    ['keeps an empty question', [user(say(''))], ['u:']],
    ['drops an empty answer', [user(say('a')), assistant(say('')), user(say('b'))], ['u:a', 'u:b']],
    ['keeps white space', [user(say(' '))], ['u: ']],
  ])('without merging: %s', (_, turns, expected) => {
    expect(sketch(normaliseTurns(turns, LOOSE))).toEqual(expected);
  });

  it('marks what it had to invent as an error and names the tool', () => {
    const [, results] = normaliseTurns([assistant(call('a', 'get'))], LOOSE);
    expect(results?.parts[0]).toMatchObject({ kind: 'result', name: 'get', isError: true });
  });
});
