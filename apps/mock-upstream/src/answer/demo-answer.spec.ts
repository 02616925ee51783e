import type { Understood } from '../wire/wire-dialect';
import { composeDemo } from './demo-answer';

const weather = {
  name: 'get_weather',
  schema: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', minimum: 2 },
      unit: { enum: ['c', 'f'] },
    },
  },
};

const seen = (fields: Partial<Understood>): Understood => ({
  streams: false,
  cap: undefined,
  tools: [],
  mayCall: true,
  mustCall: undefined,
  userTexts: ['Say hello.'],
  results: [],
  imageCount: 0,
  thinks: false,
  stops: [],
  wantsUsage: false,
  answerSchema: undefined,
  wantsJson: false,
  choices: 1,
  promptCharacters: 40,
  ...fields,
});
const demo = (fields: Partial<Understood>): ReturnType<typeof composeDemo> => composeDemo(seen(fields), 'id');
const textOf = (answer: ReturnType<typeof composeDemo>): string =>
  answer.parts.map((part) => (part.kind === 'text' ? part.chunks.join('') : '')).join('');

describe('the demo answer', () => {
  it('repeats the prompt, shortened, and says what it is', () => {
    expect(textOf(demo({}))).toMatch(/^You said: “Say hello\.”\. .*demo provider/);
    expect(textOf(demo({ userTexts: ['🙂'.repeat(500)] }))).toContain(`${'🙂'.repeat(60)}`);
    expect(textOf(demo({ userTexts: [] }))).toContain('held no text');
  });

  it('is the same every time', () => {
    expect(demo({ tools: [weather], imageCount: 2 })).toEqual(demo({ tools: [weather], imageCount: 2 }));
  });

  it.each([
    ['Use the tool for "Rome".', {}, { city: 'Rome', days: 2, unit: 'c' }],
    ['please call get_weather', {}, { city: 'example', days: 2, unit: 'c' }],
    ['anything', { mustCall: '*' }, { city: 'example', days: 2, unit: 'c' }],
  ])('calls the tool for %j', (prompt, fields, args) => {
    const answer = demo({ userTexts: [prompt], tools: [weather], ...fields });
    expect(answer.stop).toBe('tool');
    expect(answer.parts).toMatchObject([{ kind: 'tool', name: 'get_weather', args: JSON.stringify(args) }]);
  });

  it.each([
    ['no tools', { userTexts: ['use the tool'] }],
    ['tools forbidden', { userTexts: ['use the tool'], tools: [weather], mayCall: false }],
    ['results just came', { userTexts: ['use the tool'], tools: [weather], results: ['sunny'] }],
    ['nobody asks', { userTexts: ['What tool is this?'], tools: [weather] }],
  ])('calls nothing when %s', (_name, fields) => {
    expect(demo(fields).parts.map((part) => part.kind)).toEqual(['text']);
  });

  it('ends a tool loop with the result', () => {
    expect(textOf(demo({ tools: [weather], results: ['sunny', '21 °C'] }))).toContain('“sunny” and “21 °C”');
  });

  it('keeps to the cap, to stop sequences and to a schema', () => {
    expect(demo({ cap: 3 })).toMatchObject({ stop: 'length', usage: { output: 3 } });
    expect(demo({ stops: ['demo'] })).toMatchObject({ stop: 'stop_sequence' });
    expect(JSON.parse(textOf(demo({ answerSchema: weather.schema })))).toEqual({
      city: 'example',
      days: 2,
      unit: 'c',
    });
    expect(JSON.parse(textOf(demo({ wantsJson: true })))).toHaveProperty('answer');
  });

  it('thinks when asked, and counts it', () => {
    const answer = demo({ thinks: true });
    expect(answer.parts.map((part) => part.kind)).toEqual(['thinking', 'text']);
    expect(answer.usage.reasoning).toBeGreaterThan(5);
    expect(answer.usage.output).toBeGreaterThan(answer.usage.reasoning);
  });
});
