import { readBody } from './read-body';
import { parseJsonPrefix } from './parse-json-prefix';

describe('readBody', () => {
  it.each([
    ['envelope', '{"error":{"message":"m","code":"c"}}'],
    ['array', '[{"error":{"message":"m","code":"c"}}]'],
    ['flat', '{"object":"error","message":"m","code":"c"}'],
    ['detail', '{"detail":"m","code":"c"}'],
    ['string error', '{"error":"m","code":"c"}'],
    ['errors', '{"errors":[{"message":"m","code":"c"}]}'],
    ['response.error', '{"type":"response.failed","response":{"error":{"message":"m","code":"c"}}}'],
    ['base_resp', '{"base_resp":{"status_code":7,"status_msg":"m","reason":"c"}}'],
    ['problem', '{"title":"t","detail":"m","code":"c"}'],
    ['error in an error', '{"error":{"error":{"message":"m","code":"c"}}}'],
    [
      'JSON in a message',
      JSON.stringify({ error: { message: JSON.stringify({ error: { message: 'm', code: 'c' } }) } }),
    ],
    ['JSON in a string error', JSON.stringify({ error: JSON.stringify({ message: 'm', code: 'c' }) })],
    ['an SSE frame', 'event: error\r\ndata: {"error":{"message":"m","code":"c"}}\r\n\r\n'],
    ['a byte order mark', '\uFEFF{"error":{"message":"m","code":"c"}}'],
    ['a cut envelope', '{"error":{"code":"c","message":"m"},"request_id":"re'],
  ])('reads %s', (_name, body) => {
    const { own, found } = readBody(body, false);
    expect({ message: own.message, found }).toEqual({ message: 'm', found: true });
    expect(own.codes).toContain('c');
  });

  it('keeps apart what is quoted', () => {
    const reading = readBody(
      JSON.stringify({
        error: { message: 'ours', metadata: { raw: '{"message":"theirs","code":"k"}', provider_name: 'P' } },
      }),
      false,
    );
    expect(reading).toMatchObject({
      relayed: true,
      own: { message: 'ours' },
      quoted: { message: 'theirs', codes: ['k'] },
    });
    expect(reading.own.codes).not.toContain('k');
  });

  it('takes JSON after a sentence for a quotation', () => {
    const reading = readBody(
      JSON.stringify({ error: { message: 'They said: {"error":{"code":"k"}}' } }),
      false,
    );
    expect(reading.quoted?.codes).toEqual(['k']);
  });

  it('follows strings three deep and no deeper', () => {
    const wrap = (message: string): string => JSON.stringify({ error: { message } });
    expect(readBody(wrap(wrap(wrap('m'))), false).own.message).toBe('m');
    expect(readBody(wrap(wrap(wrap(wrap(wrap('m'))))), false).own.message).not.toBe('m');
  });

  it('sees no error in an answer', () => {
    expect(readBody('{"choices":[{"message":{"content":"error"}}],"error":null}', true)).toMatchObject({
      found: false,
    });
  });

  it('shows the title of a page', () => {
    expect(readBody('<html><head><title>502 Bad Gateway</title></head></html>', false)).toMatchObject({
      html: true,
      own: { message: '502 Bad Gateway' },
    });
  });

  it.each(['', '   ', '\n'])('finds nothing in %j', (body) =>
    expect(readBody(body, false).own.text).toBe(''),
  );
});

describe('parseJsonPrefix', () => {
  it.each([
    ['{"a":"b', { a: 'b' }],
    ['{"a":"b\\', { a: 'b' }],
    ['{"a":"b\\u00', { a: 'b' }],
    ['{"a":1,"b', { a: 1 }],
    ['{"a":1,"b":', { a: 1 }],
    ['{"a":{"b":[1,{"c":"d"', { a: { b: [1, { c: 'd' }] } }],
    ['[{"a":1},', [{ a: 1 }]],
    ['{"a":tru', {}],
    ['plain', undefined],
    ['}', undefined],
  ])('%s', (text, expected) => expect(parseJsonPrefix(text)).toEqual(expected));
});
