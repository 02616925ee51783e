import fc from 'fast-check';
import { RepeatedEvent } from './repeated-event';

const HEAD = 'data: {"id":"1","text":"';
const REST = '","usage":null}\n\n';
const BITS = 5;

function taught(): RepeatedEvent {
  const usual = new RepeatedEvent();
  const event = Buffer.from(`${HEAD}said "x"${REST}`);
  usual.learn(event, { textStart: HEAD.length, textEnd: event.length - REST.length, bits: BITS });
  return usual;
}
const spanOf = (usual: RepeatedEvent, text: string): number => {
  const bytes = Buffer.from(`before${text}behind`);
  return usual.span(bytes, 'before'.length, bytes.length - 'behind'.length);
};

describe('RepeatedEvent', () => {
  it('knows nothing before it is taught', () =>
    expect(spanOf(new RepeatedEvent(), HEAD + 'a' + REST)).toBe(-1));

  it.each([
    ['the same event', `${HEAD}one${REST}`, 3],
    ['bytes beyond ASCII', `${HEAD}\u00e9\u4e16${REST}`, 5],
    ['an escape as it is written', `${HEAD}a\\nb${REST}`, 4],
    ['an empty string', HEAD + REST, -1],
    ['a quote in the string', `${HEAD}a\\"b${REST}`, -1],
    ['a string that goes on behind', `${HEAD}a\\${REST}`, -1],
    ['another member', `${HEAD}a","usage":{"n":1}}\n\n`, -1],
    ['another member of the same length', `${HEAD}a","usage":true}\n\n`, -1],
    ['another beginning', `${HEAD.replace('1', '2')}a${REST}`, -1],
    ['half an event', HEAD.slice(0, 9), -1],
  ])('%s', (_, event, span) => expect(spanOf(taught(), event)).toBe(span));

  it('keeps the meaning that it was taught', () => expect(taught().bits).toBe(BITS));

  it('finds the string wherever it says there is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (said) => {
        const text = JSON.stringify(said).slice(1, -1);
        const found = spanOf(taught(), HEAD + text + REST);
        expect([-1, Buffer.byteLength(text)]).toContain(found);
        if (text !== '' && !/["\\]/.test(said)) expect(found).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('stops learning from a stream whose events differ', () => {
    const usual = taught();
    const lesson = (n: number): Buffer => Buffer.from(`${n}"a"`);
    for (let n = 10; n < 50; n++) usual.learn(lesson(n), { textStart: 3, textEnd: 4, bits: 1 });
    expect(spanOf(usual, '24"b"')).toBe(1);
    expect(spanOf(usual, '25"b"')).toBe(-1);
  });
});
