import type { JsonObject } from '@turnpike/kernel';
import { send, type Letter } from './fixtures/sending';

const q = { role: 'user', content: 'q' };
const answered = (content: JsonObject[]): JsonObject => ({
  messages: [q, { role: 'assistant', content: [...content, { type: 'text', text: 'a' }] }, q],
});
const classic = { type: 'OBJECT', properties: { a: { type: 'STRING' } } };
const declared = { tools: [{ functionDeclarations: [{ name: 'f', parameters: classic }] }] };
const deferred = { tools: [{ name: 'f', input_schema: { type: 'object' }, defer_loading: true }] };
const config = (members: JsonObject): JsonObject => ({ generationConfig: members });

describe('what clients of tomorrow say', () => {
  it.each<[string, Letter, Letter, JsonObject, readonly string[]]>([
    ['an effort', 'C', 'A', { reasoning_effort: 'ultra' }, ['dropped:reasoning_effort']],
    ['an effort in a group', 'C', 'A', { reasoning: { effort: 'ultra' } }, ['dropped:reasoning']],
    ['an effort', 'R', 'C', { reasoning: { effort: 'ultra' } }, ['dropped:reasoning']],
    ['an effort', 'A', 'C', { output_config: { effort: 'ultra' } }, ['dropped:output_config']],
    ['a record in an answer', 'A', 'G', answered([{ type: 'new_record', x: 1 }]), ['dropped:vendor_block']],
    ['members of a tool', 'A', 'R', deferred, ['dropped:defer_loading']],
    ['members of a tool', 'A', 'G', deferred, ['dropped:defer_loading']],
  ])('is left out with a word: %s (%s to %s)', (_, from, to, body, losses) => {
    expect(send(from, to, body).losses).toEqual(losses);
  });

  it.each<[string, Letter, JsonObject, object]>([
    ['an effort', 'C', { reasoning_effort: 'ultra' }, { reasoning_effort: 'ultra' }],
    ['an effort in a group', 'C', { reasoning: { effort: 'ultra' } }, { reasoning: { effort: 'ultra' } }],
    ['an effort', 'R', { reasoning: { effort: 'ultra' } }, { reasoning: { effort: 'ultra' } }],
    ['a summary', 'R', { reasoning: { summary: 'long' } }, { reasoning: { summary: 'long' } }],
    ['an effort', 'A', { output_config: { effort: 'ultra' } }, { output_config: { effort: 'ultra' } }],
  ])('stays for its own vendor: %s (%s)', (_, letter, body, expected) => {
    const encoded = send(letter, letter, body);
    expect(encoded.body).toMatchObject(expected);
    expect(encoded.losses).toEqual([]);
  });
});

describe('what says nothing', () => {
  it.each<[string, Letter, Letter, JsonObject]>([
    ['the older form of a schema', 'G', 'C', declared],
    ['the older form of a schema', 'G', 'R', declared],
    ['words alone', 'G', 'A', config({ responseModalities: ['TEXT'] })],
    ['content of null', 'A', 'C', { messages: [q, { role: 'assistant', content: null }, q] }],
  ])('is no loss: %s (%s to %s)', (_, from, to, body) => {
    expect(send(from, to, body).losses).toEqual([]);
  });
});

describe('what other places hold', () => {
  it.each<[string, JsonObject[] | string]>([
    ['a text', 'hm'],
    ['a list of texts', [{ type: 'text', text: 'hm' }]],
  ])('are thoughts among the content, as %s', (_, thinking) => {
    const body = { ...answered([{ type: 'thinking', thinking }]), reasoning_effort: 'low' };
    const { body: sent, losses } = send('C', 'A', body);
    expect(sent.messages).toMatchObject(['q', 'a', 'q'].map((text) => ({ content: [{ text }] })));
    expect(losses).toEqual(['dropped:reasoning']);
    expect(send('C', 'C', body, { echoReasoning: true }).losses).toEqual(['dropped:reasoning']);
  });

  it('is a conversation that its vendor told in short', () => {
    const { body } = send('A', 'C', answered([{ type: 'compaction', content: 'So far: x.' }]));
    expect((body.messages as JsonObject[])[1]).toMatchObject({ content: 'So far: x.\n\na' });
  });

  it.each<[Letter, JsonObject]>([
    ['G', config({ responseModalities: ['AUDIO'] })],
    ['C', { modalities: ['text', 'audio'] }],
  ])('is an answer to be heard, which is refused (%s)', (from, body) => {
    expect(() => send(from, 'A', body)).toThrow('Audio output');
  });
});
