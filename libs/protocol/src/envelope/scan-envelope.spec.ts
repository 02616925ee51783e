import fc from 'fast-check';
import { GatewayError } from '@turnpike/kernel';
import { estimateInput, readMember, scanEnvelope, type EnvelopeShape } from './scan-envelope';
import { spliceBytes } from './splice';

const CHAT: EnvelopeShape = {
  members: ['model', 'messages', 'stream', 'stream_options', 'max_tokens'],
  list: 'messages',
};
const scan = (text: string | Buffer) => scanEnvelope(Buffer.isBuffer(text) ? text : Buffer.from(text), CHAT);
const reasonOf = (text: string | Buffer): string => {
  try {
    scan(text);
    return 'accepted';
  } catch (error) {
    return error instanceof GatewayError ? error.reason : String(error);
  }
};

const membersOf = (count: number): string =>
  `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')}}`;

describe('scanEnvelope', () => {
  it('finds spans, counts turns and keeps positions', () => {
    const text =
      '{"model" : "gpt", "messages":[{"role":"system","content":"s"},{"role":"user","content":"hé"},{"role":"assistant","content":null}],"stream":true}';
    const envelope = scan(text);
    expect(readMember(envelope, 'model')).toBe('gpt');
    expect(readMember(envelope, 'stream')).toBe(true);
    expect(readMember(envelope, 'max_tokens')).toBeUndefined();
    expect(envelope.elements).toBe(3);
    expect(envelope.hasAssistant).toBe(true);
    expect(
      envelope.firstUser && envelope.bytes.toString('utf8', envelope.firstUser.start, envelope.firstUser.end),
    ).toBe('"hé"');
    expect(envelope.longNumbers).toBe(false);
  });

  it.each([
    ['', 'malformed_json'],
    ['{', 'malformed_json'],
    ['{"a":1,}', 'malformed_json'],
    ['{"a":1}x', 'malformed_json'],
    ['{"a":1}{"a":1}', 'malformed_json'],
    ["{'a':1}", 'malformed_json'],
    ['{"a":NaN}', 'malformed_json'],
    ['{"a":01}', 'malformed_json'],
    ['{"a":1.}', 'malformed_json'],
    ['{"a":"\\x"}', 'malformed_json'],
    ['{"a":"\n"}', 'malformed_json'],
    ['{"a":tru}', 'malformed_json'],
    ['{"a" 1}', 'malformed_json'],
    ['{"a":"\\u12g4"}', 'malformed_json'],
    ['model=x', 'malformed_json'],
    ['null', 'invalid_request'],
    ['[]', 'invalid_request'],
    ['5', 'invalid_request'],
    ['"x"', 'invalid_request'],
    ['{"model":"a","model":"b"}', 'invalid_request'],
    ['{"model":"a","\\u006dodel":"b"}', 'invalid_request'],
    ['{"model":"a","MODEL":"b"}', 'invalid_request'],
    ['{}', 'accepted'],
    [' {"a":[1,-0.5e+3,true,false,null,"\\ud83d"]} ', 'accepted'],
    [`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 'malformed_json'],
    ['['.repeat(100_000), 'malformed_json'],
    [membersOf(1_000), 'accepted'],
    [membersOf(1_001), 'invalid_request'],
    [membersOf(100_000), 'invalid_request'],
  ])('case %#', (text, reason) => expect(reasonOf(text)).toBe(reason));

  it('refuses bytes that are not UTF-8', () => {
    expect(
      reasonOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])),
    ).toBe('malformed_json');
  });

  it('accepts exactly what JSON.parse accepts, for objects', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ' ', '1', '\\'),
        (json, where, noise) => {
          const whole = `{"k":${json}}`;
          const at = where % (whole.length + 1);
          const text = whole.slice(0, at) + noise + whole.slice(at);
          let parses = true;
          try {
            JSON.parse(text);
          } catch {
            parses = false;
          }
          expect(reasonOf(text) !== 'malformed_json').toBe(parses);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('counts text, media and long numbers', () => {
    const image = 'A'.repeat(5000);
    const envelope = scan(
      `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,${image}"}},{"type":"text","text":"hello"}]}],"big":12345678901234567890}`,
    );
    expect(envelope.images).toBe(1);
    expect(envelope.opaqueBytes).toBeGreaterThan(5000);
    expect(envelope.textBytes).toBeLessThan(100);
    expect(envelope.longNumbers).toBe(true);
    expect(estimateInput(envelope)).toBeGreaterThan(1600);
  });
});

describe('elements of the list', () => {
  const scanList = (list: string, elements: readonly object[]) => {
    const shape = { members: [list], list };
    const envelope = scanEnvelope(Buffer.from(JSON.stringify({ [list]: elements })), shape);
    const { firstUser, bytes, hasAssistant, images } = envelope;
    const first =
      firstUser && (JSON.parse(bytes.toString('utf8', firstUser.start, firstUser.end)) as unknown);
    return { hasAssistant, images, first };
  };
  const png = { mimeType: 'image/png', data: 'AAAA' };

  it.each<[string, string, readonly object[], object]>([
    ['one of a user', 'messages', [{ role: 'user', content: 'a' }], { hasAssistant: false, first: 'a' }],
    [
      'a system first',
      'messages',
      [
        { role: 'system', content: 's' },
        { content: 'a', role: 'user' },
      ],
      { hasAssistant: false, first: 'a' },
    ],
    ['an assistant', 'messages', [{ role: 'assistant', content: 'a' }], { hasAssistant: true }],
    ['a model', 'contents', [{ role: 'model', parts: [{ text: 'a' }] }], { hasAssistant: true }],
    ['no role', 'contents', [{ parts: [{ text: 'a' }] }], { hasAssistant: false, first: [{ text: 'a' }] }],
    ['a call without a role', 'input', [{ type: 'function_call', name: 'f' }], { hasAssistant: true }],
    ['another kind of call', 'input', [{ type: 'custom_tool_call', name: 'f' }], { hasAssistant: true }],
    ['reasoning', 'input', [{ content: null, type: 'reasoning' }], { hasAssistant: true, first: undefined }],
    ['what a call gave', 'input', [{ type: 'function_call_output', output: 'x' }], { hasAssistant: false }],
    [
      'a message',
      'input',
      [{ type: 'message', role: 'user', content: 'a' }],
      { hasAssistant: false, first: 'a' },
    ],
    ['a picture of Gemini', 'contents', [{ parts: [{ inlineData: png }] }], { images: 1 }],
    [
      'pictures in its other spelling',
      'contents',
      [{ parts: [{ inline_data: { data: 'A', mime_type: 'image/jpeg' } }, { inlineData: png }] }],
      { images: 2 },
    ],
    ['sound of Gemini', 'contents', [{ parts: [{ inlineData: { mimeType: 'audio/wav' } }] }], { images: 0 }],
    [
      'names that only begin alike',
      'contents',
      [{ mimeTypes: 'image/png', mime: 'image/png', mix: 'image/png', m: 'image/png' }],
      { images: 0 },
    ],
  ])('%s', (_, list, elements, expected) => expect(scanList(list, elements)).toMatchObject(expected));
});

describe('spliceBytes', () => {
  it('replaces spans and leaves every other byte', () => {
    const original = Buffer.from('{"model":"a","x":1.0}');
    const { spans } = scan(original);
    const span = spans.get('model');
    if (!span) throw new Error('no span');
    const out = spliceBytes(original, [
      { start: span.start, end: span.end, bytes: Buffer.from('"longer-name"') },
    ]);
    expect(out.toString()).toBe('{"model":"longer-name","x":1.0}');
    expect(original.toString()).toBe('{"model":"a","x":1.0}');
    expect(spliceBytes(original, [])).toBe(original);
  });
});
