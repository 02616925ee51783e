import type { Json, JsonObject } from '@turnpike/kernel';
import { geminiProblems } from '@turnpike/testing/requests/strict-gemini-server';
import fc from 'fast-check';
import { toClassicSchema } from './classic-schema';
import { toJsonSchema } from './json-schema';

describe('toClassicSchema', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'drops what it does not know',
      {
        $schema: 'x',
        $id: 'y',
        title: 't',
        type: 'object',
        additionalProperties: false,
        patternProperties: {},
        properties: { a: { type: 'string', default: 'x', examples: ['y'] } },
      },
      { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    ],
    [
      'inlines references',
      {
        type: 'object',
        properties: { a: { $ref: '#/$defs/x', description: 'd' } },
        $defs: { x: { type: 'number' } },
      },
      { type: 'OBJECT', properties: { a: { type: 'NUMBER', description: 'd' } } },
    ],
    [
      'opens a reference to itself',
      { type: 'object', properties: { next: { $ref: '#' } } },
      { type: 'OBJECT', properties: { next: { type: 'OBJECT', properties: { next: { type: 'OBJECT' } } } } },
    ],
    ['makes null nullable', { type: ['string', 'null'] }, { type: 'STRING', nullable: true }],
    [
      'makes alternatives of several types',
      { type: ['string', 'integer', 'null'] },
      { nullable: true, anyOf: [{ type: 'STRING' }, { type: 'INTEGER' }] },
    ],
    [
      'makes anyOf of oneOf, without null',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { nullable: true, anyOf: [{ type: 'STRING' }] },
    ],
    [
      'merges allOf',
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'string' } }, required: ['b'] },
        ],
      },
      { type: 'OBJECT', properties: { a: { type: 'STRING' }, b: { type: 'STRING' } }, required: ['a', 'b'] },
    ],
    ['lists a constant', { const: 'x' }, { type: 'STRING', enum: ['x'] }],
    [
      'lists words, none of them empty',
      { type: 'integer', enum: [1, '', null, 'a'] },
      { type: 'STRING', enum: ['1', 'a'] },
    ],
    [
      'takes exclusive bounds as bounds',
      { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 9 },
      { type: 'NUMBER', minimum: 1, maximum: 9 },
    ],
    ['keeps known formats', { type: 'string', format: 'date-time' }, { type: 'STRING', format: 'date-time' }],
    ['drops other formats', { type: 'string', format: 'email' }, { type: 'STRING' }],
    [
      'requires what there is',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'b'] },
      { type: 'OBJECT', properties: { a: { type: 'STRING' } }, required: ['a'] },
    ],
    ['gives arrays items', { type: 'array' }, { type: 'ARRAY', items: { type: 'STRING' } }],
    [
      'keeps a property that is called like a member',
      { type: 'object', properties: { const: { type: 'string' }, $ref: { type: 'string' } } },
      { type: 'OBJECT', properties: { const: { type: 'STRING' }, $ref: { type: 'STRING' } } },
    ],
  ])('%s', (_, schema, expected) => expect(toClassicSchema(schema)).toEqual(expected));

  it('makes something that the server takes of any schema', () => {
    const { schema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<JsonObject>(
          { type: 'string' },
          { $ref: '#' },
          { $ref: '#/$defs/x' },
          { const: 1 },
          { enum: ['a', 2] },
          {},
          { type: 'array' },
        ),
        fc.record({
          type: fc.constant('object'),
          properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
          required: fc.constant<string[]>(['a', 'z']),
        }),
        fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
        fc.record({ allOf: fc.array(tie('schema'), { maxLength: 2 }) }),
        fc.record({ type: fc.constant('array'), items: tie('schema') }),
        fc.record({
          type: fc.constantFrom<Json>(['string', 'null'], ['string', 'number'], 'null'),
          oneOf: fc.array(tie('schema'), { maxLength: 2 }),
        }),
      ),
    }));
    const rules = { signedCalls: false, jsonSchema: false, levels: [], resultMedia: false };
    fc.assert(
      fc.property(schema, (inner) => {
        const parameters = toClassicSchema({ type: 'object', properties: { v: inner }, $defs: { x: inner } });
        const body = {
          contents: [{ role: 'user', parts: [{ text: 'x' }] }],
          tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
        };
        expect(geminiProblems(body, rules)).toEqual([]);
      }),
    );
  });

  it('stays small where references branch without end', () => {
    const branch: JsonObject = { type: 'object', properties: {} };
    const defs = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `d${i}`,
        {
          type: 'object',
          properties: Object.fromEntries(
            Array.from({ length: 12 }, (__, j) => [`p${j}`, { $ref: `#/$defs/d${j}` }]),
          ),
        },
      ]),
    );
    const began = performance.now();
    const out = toClassicSchema({ ...branch, properties: { a: { $ref: '#/$defs/d0' } }, $defs: defs });
    expect(JSON.stringify(out).length).toBeLessThan(2_000_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('toJsonSchema', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'lowers types',
      {
        type: 'OBJECT',
        properties: { type: { type: 'STRING' }, list: { type: 'ARRAY', items: { type: 'INTEGER' } } },
      },
      {
        type: 'object',
        properties: { type: { type: 'string' }, list: { type: 'array', items: { type: 'integer' } } },
      },
    ],
    [
      'makes a type of nullable',
      { type: 'STRING', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'reads numbers in words and snake case',
      { type: 'STRING', min_length: '3', maxLength: '5' },
      { type: 'string', minLength: 3, maxLength: 5 },
    ],
    ['drops the order of properties', { type: 'OBJECT', propertyOrdering: ['a'] }, { type: 'object' }],
    [
      'leaves JSON Schema alone',
      { type: 'object', properties: { a: { $ref: '#/$defs/x' } } },
      { type: 'object', properties: { a: { $ref: '#/$defs/x' } } },
    ],
  ])('%s', (_, schema, expected) => expect(toJsonSchema(schema)).toEqual(expected));
});
