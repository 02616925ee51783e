import { toClosedSchema } from './output-schema';
import { isStrictSchema } from './strict-schema';
import { outputInstruction, outputTool } from './emulate-output';
import { customDescription } from './custom-tool';

describe('toClosedSchema', () => {
  it('closes every object and turns constraints into words', () => {
    const { schema, simplified } = toClosedSchema({
      $schema: 'x',
      type: 'object',
      properties: {
        minimum: { type: 'number', minimum: 1, description: 'A count.' },
        list: { type: 'array', minItems: 1, maxItems: 3, items: { type: 'object', properties: {} } },
        kind: { enum: ['minimum', 'maximum'] },
      },
    });
    expect(simplified).toBe(true);
    expect(schema).toEqual({
      type: 'object',
      properties: {
        minimum: { type: 'number', description: 'A count. (minimum: 1)' },
        list: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', properties: {}, additionalProperties: false },
          description: 'maxItems: 3',
        },
        kind: { enum: ['minimum', 'maximum'] },
      },
      additionalProperties: false,
    });
  });

  it('says nothing of a schema that fits', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    expect(toClosedSchema(schema)).toEqual({ schema, simplified: false });
  });
});

describe('isStrictSchema', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  it.each([
    ['a closed object', closed, true],
    ['an optional property', { ...closed, required: [] }, false],
    ['an open object', { ...closed, additionalProperties: undefined }, false],
    ['an open object inside', { ...closed, properties: { a: { type: 'object' } } }, false],
    [
      'an open object in a list',
      { ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } },
      false,
    ],
  ])('%s: %#', (_, schema, expected) => {
    expect(isStrictSchema(schema)).toBe(expected);
  });
});

describe('emulation', () => {
  it('wraps a schema that is no object', () => {
    const { schema, unwrapValue } = outputTool({ type: 'array', $defs: { x: {} } });
    expect(unwrapValue).toBe(true);
    expect(schema).toMatchObject({
      type: 'object',
      properties: { value: { type: 'array' } },
      $defs: { x: {} },
    });
    expect(outputTool({ type: 'object' }).unwrapValue).toBe(false);
  });

  it('puts the schema, or the wish for an object, into words', () => {
    expect(outputInstruction({ kind: 'schema', schema: { type: 'object' } })).toContain('{"type":"object"}');
    expect(outputInstruction({ kind: 'json' })).toContain('one valid JSON object');
  });

  it('tells the grammar of a free-text tool', () => {
    const format = { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } };
    expect(customDescription('Patches.', format)).toBe(
      'Patches.\n\nThe input must follow this lark grammar:\nstart: "x"',
    );
    expect(customDescription(undefined, { type: 'text' })).toBeUndefined();
  });
});
