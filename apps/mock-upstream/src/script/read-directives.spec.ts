import { readDirectives, stripDirectives } from './read-directives';
import { readPlan } from './read-plan';
import { readRules } from './script-book';

describe('readDirectives', () => {
  it('reads words, flags and quoted texts', () => {
    expect(
      readDirectives(['go [[mock: text="a ]] \\"b\\"\\n" tokens=9 sayToo fault=drop:mid on=a,9101]] on']),
    ).toEqual({
      text: 'a ]] "b"\n',
      tokens: 9,
      sayToo: true,
      fault: { kind: 'cut', cut: 'drop:mid' },
      on: ['a', '9101'],
    });
  });

  it('takes the last turn that has one, and joins its groups', () => {
    expect(
      readDirectives(['[[mock: id=1 tokens=1]]', '[[mock: id=2]] and [[mock: in=5 id=3]]', 'plain']),
    ).toEqual({ id: '3', in: 5 });
  });

  it('finds nothing in plain text', () => {
    expect(readDirectives(['[[wiki]]', '[[mock', 'x [[mock: text="open'])).toBeUndefined();
  });

  it.each([
    ['[[mock: nope=1]]', /nope: unknown/],
    ['[[mock: tokens=x]]', /tokens: expected a whole number/],
    ['[[mock: fault=200]]', /fault: expected a status/],
    ['[[mock: stop=never]]', /stop: expected one of/],
    ['[[mock: text="\\q"]]', /text: not a JSON string/],
    ['[[mock: =1]]', /cannot read/],
  ])('refuses %s', (text, words) => {
    expect(() => readDirectives([text])).toThrow(words);
  });

  it('reads a hostile text in linear time', () => {
    const started = Date.now();
    readDirectives([`[[mock: ${'"\\"'.repeat(50_000)}`, `[[mock:${']a'.repeat(100_000)}`]);
    expect(Date.now() - started).toBeLessThan(500);
  });

  it('strips them', () => {
    expect(stripDirectives('a [[mock: id=1]]b ')).toBe('a b');
  });
});

describe('readPlan and readRules', () => {
  it('reads whole parts and tool arguments as objects', () => {
    const plan = readPlan({
      parts: [
        { kind: 'text', text: 'a' },
        { kind: 'tool', name: 'f', args: { x: 1 } },
      ],
      toolArgs: { y: 2 },
    });
    expect(plan.parts).toEqual([
      { kind: 'text', chunks: ['a'] },
      { kind: 'tool', id: 'call_scripted', name: 'f', args: '{"x":1}' },
    ]);
    expect(plan.toolArgs).toBe('{"y":2}');
  });

  it.each([
    [{}, /expected a list/],
    [[{}], /rules\.0: expected an object/],
    [[{ plan: {}, when: {} }], /rules\.0\.when: unknown/],
    [[{ plan: {}, match: { host: 'x' } }], /rules\.0\.match\.host/],
    [[{ plan: {}, match: { nth: 0 } }], /nth/],
    [[{ plan: { parts: [{ kind: 'song' }] } }], /parts\.0\.kind/],
  ])('refuses %j', (value, words) => {
    expect(() => readRules(value)).toThrow(words);
  });
});
