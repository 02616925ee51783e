import { GatewayError } from '@turnpike/kernel';
import fc from 'fast-check';
import { PartScanner, isMultipart, readBoundary, writeMultipartType } from '.';

const WANTED = new Set(['model', 'stream']);
const field = (name: string, value: string, more = ''): string =>
  `--XX\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const file = (content: string): string =>
  `--XX\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".wav"\r\nContent-Type: audio/wav\r\n\r\n${content}\r\n`;
const END = '--XX--\r\n';

const scan = (body: string | Buffer, pieces?: readonly number[]): PartScanner => {
  const scanner = new PartScanner('XX', WANTED);
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  let at = 0;
  for (const size of pieces ?? [bytes.length]) {
    scanner.push(bytes.subarray(at, at + size));
    at += size;
  }
  if (at < bytes.length) scanner.push(bytes.subarray(at));
  scanner.end();
  return scanner;
};

describe('PartScanner', () => {
  it('finds fields and where they stand, before and behind a file', () => {
    const body = field('stream', 'true') + file('x'.repeat(100)) + field('model', 'whisper-1') + END;
    const { fields, complete } = scan(body);
    expect(complete).toBe(true);
    expect(fields.get('stream')?.value).toBe('true');
    const model = fields.get('model');
    expect(body.slice(model?.start, model?.end)).toBe('whisper-1');
  });

  it('sees the same however the bytes are cut', () => {
    const content = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
    const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 });
    fc.assert(
      fc.property(content, fc.string({ maxLength: 20 }), pieces, fc.boolean(), (data, model, cuts, first) => {
        fc.pre(!data.includes('--XX') && !model.includes('--XX'));
        const parts = [file(`\r\n-${data}\r`), field('model', model)];
        const body = Buffer.from(`${(first ? parts : parts.reverse()).join('')}${END}`, 'utf8');
        const whole = scan(body).fields.get('model');
        expect(whole?.value).toBe(model);
        expect(body.toString('utf8', whole?.start, whole?.end)).toBe(model);
        expect(scan(body, cuts).fields).toEqual(scan(body).fields);
      }),
    );
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['JSON', '{"model":"m"}'],
    ['another boundary', `--YY\r\nContent-Disposition: form-data; name="model"\r\n\r\nm\r\n--YY--\r\n`],
    ['no closing border', field('model', 'm')],
    ['an end within a head', '--XX\r\nContent-Disposition: form-data; name="model"'],
    ['two models', field('model', 'a') + field('model', 'b') + END],
    ['a model behind a bare line feed', file('x\n--XX\nContent-Disposition: form-data; name="model"') + END],
    ['a boundary within a line', file('x --XX y') + END],
    ['text behind a boundary', `--XX y\r\n${END}`],
    ['a model that is a file', field('model', 'm', '; filename="m"') + END],
    [
      'a model in base64',
      '--XX\r\nContent-Disposition: form-data; name="model"\r\nContent-Transfer-Encoding: base64\r\n\r\nbQ==\r\n' +
        END,
    ],
    ['a part without a name', '--XX\r\nContent-Disposition: form-data\r\n\r\nm\r\n' + END],
    ['a part without a head', '--XX\r\n\r\nm\r\n' + END],
    ['two names', field('model', 'm', '; name="file"') + END],
    ['an encoded name', `--XX\r\nContent-Disposition: form-data; name*=utf-8''model\r\n\r\nm\r\n${END}`],
    ['an escaped name', field('mod\\el', 'm') + END],
    [
      'two dispositions',
      `--XX\r\nContent-Disposition: form-data; name="a"\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n${END}`,
    ],
    ['a folded head', `--XX\r\nContent-Disposition: form-data;\r\n name="model"\r\n\r\nm\r\n${END}`],
    ['a head that never ends', `--XX\r\n${'x'.repeat(20_000)}`],
    ['a very long model', field('model', 'm'.repeat(5_000)) + END],
    ['a very long model without end', field('model', 'm'.repeat(5_000))],
    ['too many parts', field('a', '').repeat(1_001) + END],
    ['something behind the end', field('model', 'm') + END + field('model', 'n')],
  ])('refuses %s', (_, body) => {
    expect(() => scan(body)).toThrow(GatewayError);
    expect(() => scan(body, Array<number>(body.length).fill(1))).toThrow(GatewayError);
  });

  it('takes an empty value, and line ends before the first border and behind the last', () => {
    expect(scan(`\r\n${field('model', '')}${END}\r\n`).fields.get('model')?.value).toBe('');
  });

  it('keeps next to nothing of a large file', () => {
    const scanner = new PartScanner('XX', WANTED);
    scanner.push(Buffer.from(field('model', 'm') + file('').slice(0, -2)));
    const chunk = Buffer.alloc(64 * 1024, '-');
    for (let i = 0; i < 200; i++) scanner.push(chunk);
    expect((scanner as unknown as { rest: Buffer }).rest.length).toBeLessThan(64);
  });
});

describe('boundaries', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;boundary="a b c"', 'a b c'],
    ['multipart/form-data; charset=utf-8; boundary=----WebKit1', '----WebKit1'],
  ])('%s', (header, boundary) => {
    expect(readBoundary(header)).toBe(boundary);
    expect(readBoundary(writeMultipartType(boundary))).toBe(boundary);
  });

  it.each([
    undefined,
    'application/json',
    'multipart/mixed; boundary=a',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary=a; boundary=b',
    'multipart/form-data; boundary=a; BOUNDARY=a',
    'multipart/form-data; boundary="a\\"b"',
    `multipart/form-data; boundary=${'a'.repeat(71)}`,
    'multipart/form-data; boundary=a;b',
    'multipart/form-data boundary=a',
  ])('refuses %s', (header) => {
    expect(() => readBoundary(header)).toThrow(GatewayError);
  });

  it.each([
    ['multipart/form-data; boundary=a', true],
    ['multipart/mixed', true],
    ['application/json', false],
    [undefined, false],
  ])('knows whether %s is multipart', (header, expected) => {
    expect(isMultipart(header)).toBe(expected);
  });
});
