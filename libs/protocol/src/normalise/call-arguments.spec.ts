import { isObject, stringifyJson } from '@turnpike/kernel';
import fc from 'fast-check';
import { argumentsObject, argumentsText } from './call-arguments';

describe('argumentsObject', () => {
  it.each([
    ['', {}],
    ['  \n', {}],
    ['null', {}],
    ['{}', {}],
    ['{"a":1}', { a: 1 }],
    ['"{\\"a\\":1}"', { a: 1 }],
    ['"text"', {}],
    ['[1]', {}],
    ['7', {}],
    ['nonsense', {}],
    ['{"a":', {}],
    ['{"a":1,', { a: 1 }],
    ['{"a":1,"b', { a: 1 }],
    ['{"a":1,"b":', { a: 1 }],
    ['{"a":1,"b":tr', { a: 1 }],
    ['{"a":"half', { a: 'half' }],
    ['{"a":"half\\', { a: 'half' }],
    ['{"a":"half\\u00e', { a: 'half' }],
    ['{"a":[1,{"b":2', { a: [1, { b: 2 }] }],
    ['{"a":[1,', { a: [1] }],
  ])('%j is %j', (text, expected) => {
    expect(argumentsObject(text)).toEqual(expected);
  });

  it('makes an object of every prefix of an object, and loses nothing of the whole', () => {
    const objects = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(objects, fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const text = JSON.stringify(value);
        expect(isObject(argumentsObject(text.slice(0, Math.floor(text.length * share))))).toBe(true);
        expect(argumentsObject(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps numbers that no double holds', () => {
    const text = '{"id":12345678901234567890,"x":0.1234567890123456789}';
    expect(stringifyJson(argumentsObject(text))).toBe(text);
    expect(stringifyJson(argumentsObject(text.slice(0, 30)))).toBe('{"id":12345678901234567890}');
  });
});

describe('argumentsText', () => {
  it.each([
    ['', '{}'],
    [' null ', '{}'],
    ['{"a": 1}', '{"a": 1}'],
    ['{"a":', '{"a":'],
    ['"{\\"a\\":12345678901234567890}"', '{"a":12345678901234567890}'],
    ['"text"', '"text"'],
  ])('%j is %j', (text, expected) => {
    expect(argumentsText(text)).toBe(expected);
  });
});
