import fc from 'fast-check';
import type { JsonObject } from '@turnpike/kernel';
import { scanEnvelope, spliceBytes } from '@turnpike/protocol';
import type { Quirks } from '@turnpike/provider';
import { applyQuirks, quirkEdits } from './body-quirks';

const QUIRKS: Quirks = {
  removeMembers: ['model', 'user'],
  routingMembers: ['route'],
  addMembers: { anthropic_version: 'vertex-2023-10-16' },
  renamedMembers: { seed: 'random_seed' },
  words: { tool_choice: { required: 'any' } },
};

const shape = {
  list: 'messages',
  members: [
    ...['model', 'messages', 'user', 'route', 'anthropic_version'],
    ...['seed', 'random_seed', 'tool_choice'],
  ],
};

const bend = (text: string, quirks: Quirks = QUIRKS) => {
  const envelope = scanEnvelope(Buffer.from(text), shape);
  const { edits, losses } = quirkEdits(envelope, quirks);
  return { text: spliceBytes(envelope.bytes, edits).toString(), losses };
};

describe('quirks on original bytes', () => {
  it.each([
    ['{"model":"m","messages":[1]}', '{"anthropic_version":"vertex-2023-10-16","messages":[1]}'],
    [' { "messages": [1] , "model":"m" }', ' {"anthropic_version":"vertex-2023-10-16", "messages": [1]  }'],
    [
      '{"messages":[1],"anthropic_version":"bedrock","model":"m"}',
      '{"messages":[1],"anthropic_version":"vertex-2023-10-16"}',
    ],
    [
      '{"model":"m","user":"u","route":"r","messages":[1]}',
      '{"anthropic_version":"vertex-2023-10-16","messages":[1]}',
    ],
    [
      '{"seed" : 12345678901234567890,"messages":[1]}',
      '{"anthropic_version":"vertex-2023-10-16","random_seed":12345678901234567890,"messages":[1]}',
    ],
    [
      '{"seed":1,"messages":[1],"random_seed":2}',
      '{"anthropic_version":"vertex-2023-10-16","messages":[1],"random_seed":2}',
    ],
    [
      '{"messages":[1],"tool_choice":"required","user":"u"}',
      '{"anthropic_version":"vertex-2023-10-16","messages":[1],"tool_choice":"any"}',
    ],
    [
      '{"messages":[1],"tool_choice":"auto"}',
      '{"anthropic_version":"vertex-2023-10-16","messages":[1],"tool_choice":"auto"}',
    ],
  ])('%s', (before, after) => expect(bend(before).text).toBe(after));

  it('names what was lost; the model, which stands in the address, was not', () =>
    expect(bend('{"model":"m","user":"u","messages":[1]}').losses).toEqual(['dropped:user']));

  it('changes nothing for a provider without quirks', () => {
    const envelope = scanEnvelope(Buffer.from('{"model":"m","messages":[1]}'), shape);
    expect(quirkEdits(envelope, undefined)).toEqual({ edits: [], refused: [], losses: [] });
  });
});

const valueOf = (name: string): string => (name === 'tool_choice' ? '"required"' : '["x,}"]');

describe('both lanes', () => {
  it('end at the same body, whatever stands around the members', () => {
    const member = fc.constantFrom(
      ...['model', 'user', 'route', 'anthropic_version', 'a', 'b', 'c', 'seed', 'random_seed', 'tool_choice'],
    );
    const space = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(fc.uniqueArray(member, { minLength: 1 }), space, space, (names, before, after) => {
        const members = [...names, 'messages'].map(
          (name) => `${before}"${name}"${after}:${before}${valueOf(name)}`,
        );
        const text = `${after}{${members.join(`${after},`)}${after}}${before}`;
        const bent = bend(text);
        const applied = applyQuirks(JSON.parse(text) as JsonObject, QUIRKS);
        expect(JSON.parse(bent.text)).toEqual(applied.body);
        expect([...bent.losses].sort()).toEqual([...applied.losses].sort());
      }),
    );
  });
});
