import type { JsonObject } from '@turnpike/kernel';
import { toObjectSchema } from './object-schema';

const a = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const b = { type: 'object', properties: { b: { type: 'number' } }, required: ['b'] };

describe('toObjectSchema', () => {
  it.each<[string, JsonObject | undefined, JsonObject]>([
    ['nothing takes no arguments', undefined, { type: 'object', properties: {} }],
    [
      'an object stays, without its dialect',
      { $schema: 'x', ...a, additionalProperties: false },
      { ...a, additionalProperties: false },
    ],
    ['a missing type is an object', { properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
    ['a nullable object is one', { ...a, type: ['object', 'null'] }, a],
    [
      'anything else goes under value',
      { type: 'array', items: {} },
      { type: 'object', properties: { value: { type: 'array', items: {} } }, required: ['value'] },
    ],
    [
      'alternatives are merged',
      { anyOf: [a, b] },
      { type: 'object', properties: { ...a.properties, ...b.properties } },
    ],
    [
      'what all alternatives require stays required',
      { oneOf: [a, { ...a, properties: { ...a.properties, c: {} } }] },
      { type: 'object', properties: { ...a.properties, c: {} }, required: ['a'] },
    ],
    [
      'allOf requires all',
      { allOf: [a, b] },
      { type: 'object', properties: { ...a.properties, ...b.properties }, required: ['a', 'b'] },
    ],
    [
      'a reference at the root is resolved',
      { $ref: '#/$defs/A', $defs: { A: a } },
      { ...a, $defs: { A: a } },
    ],
    [
      'a reference in circles ends',
      { $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } },
      { type: 'object', $ref: '#/$defs/A', $defs: { A: { $ref: '#/$defs/A' } } },
    ],
  ])('%s', (_, schema, expected) => {
    expect(toObjectSchema(schema)).toEqual(expected);
  });

  it('leaves what is below the root alone', () => {
    const inner = { anyOf: [{ type: 'string' }, { type: 'null' }] };
    expect(toObjectSchema({ type: 'object', properties: { x: inner } })).toEqual({
      type: 'object',
      properties: { x: inner },
    });
  });
});
