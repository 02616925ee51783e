import fc from 'fast-check';
import { scanEnvelope, spliceBytes, type Envelope } from '@turnpike/protocol';
import { askForUsage, removeMembers, renameModel } from './passthrough-edits';

const SHAPE = { members: ['model', 'messages', 'stream_options', 'route', 'models', 'x'], list: 'messages' };
const scan = (text: string): Envelope => scanEnvelope(Buffer.from(text), SHAPE);

describe('renameModel', () => {
  it('touches the name alone and nothing when it is the same', () => {
    const envelope = scan('{ "model" : "a" , "temperature": 1.0 }');
    const edit = renameModel(envelope, 'a', 'b"c');
    expect(edit && spliceBytes(envelope.bytes, [edit]).toString()).toBe(
      '{ "model" : "b\\"c" , "temperature": 1.0 }',
    );
    expect(renameModel(envelope, 'a', 'a')).toBeUndefined();
  });
});

describe('askForUsage', () => {
  it.each([
    ['{"model":"m"}', '{"stream_options":{"include_usage":true},"model":"m"}', true],
    [
      '{"model":"m","stream_options":{"x":1}}',
      '{"model":"m","stream_options":{"x":1,"include_usage":true}}',
      true,
    ],
    ['{"model":"m","stream_options":null}', '{"model":"m","stream_options":{"include_usage":true}}', true],
    ['{"model":"m","stream_options":{"include_usage":true}}', undefined, false],
    ['{"model":"m","stream_options":5}', undefined, false],
  ])('%s', (before, after, hide) => {
    const envelope = scan(before);
    const ask = askForUsage(envelope);
    expect(ask.hide).toBe(hide);
    expect(ask.edit ? spliceBytes(envelope.bytes, [ask.edit]).toString() : undefined).toBe(after);
  });
});

describe('removeMembers', () => {
  it('leaves valid JSON without the members, whatever their order and spacing', () => {
    const members = fc.uniqueArray(fc.constantFrom('route', 'models', 'x', 'model', 'other', 'last'), {
      minLength: 1,
    });
    const space = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(members, space, space, (names, before, after) => {
        const text = `{${names.map((n) => `${before}"${n}"${after}:${before}{"v":[1,",",{}]}${after}`).join(',')}}`;
        const envelope = scan(text);
        const out = spliceBytes(envelope.bytes, removeMembers(envelope, ['route', 'models', 'x'])).toString();
        expect(Object.keys(JSON.parse(out) as object)).toEqual(
          names.filter((n) => !['route', 'models', 'x'].includes(n)),
        );
      }),
    );
  });
});
