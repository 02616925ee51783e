import { GatewayError } from '@turnpike/kernel';
import { base64Source, sniffMimeType, urlSource } from './media-source';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ';
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]).toString('base64');
const PDF = Buffer.from('%PDF-1.7 ...').toString('base64');
const WEBP = Buffer.from('RIFF0000WEBPVP8 ').toString('base64');

describe('sniffMimeType', () => {
  it.each([
    [PNG, 'image/png'],
    [JPEG, 'image/jpeg'],
    [PDF, 'application/pdf'],
    [WEBP, 'image/webp'],
    [Buffer.from('GIF89a').toString('base64'), 'image/gif'],
    [Buffer.from('hello').toString('base64'), undefined],
  ])('%s is %s', (data, expected) => {
    expect(sniffMimeType(data)).toBe(expected);
  });
});

describe('base64Source', () => {
  it.each([
    ['the bytes decide', PNG, 'image/jpeg', 'image/png', PNG],
    ['image/jpg is image/jpeg', 'aGVsbG8=', 'image/jpg', 'image/jpeg', 'aGVsbG8='],
    ['parameters of the type go', 'aGVsbG8=', 'text/plain; charset=utf-8', 'text/plain', 'aGVsbG8='],
    ['a data: prefix is taken off', `data:image/gif;base64,${PNG}`, undefined, 'image/png', PNG],
    ['white space goes', 'aGVs\nbG8=', 'text/plain', 'text/plain', 'aGVsbG8='],
    ['the url-safe alphabet is understood', '_-__', 'text/plain', 'text/plain', '/+//'],
    ['padding is added', 'aGVsbG8', 'text/plain', 'text/plain', 'aGVsbG8='],
  ])('%s', (_, data, stated, ...[mimeType, clean]) => {
    expect(base64Source(data, stated, 'p')).toEqual({ kind: 'base64', data: clean, mimeType });
  });

  it.each([
    ['empty data', '', 'image/png'],
    ['other characters', 'a*b', 'image/png'],
    ['an impossible length', 'aaaaa', 'image/png'],
    ['no type at all', 'aGVsbG8=', undefined],
  ])('refuses %s', (_, data, stated) => {
    expect(() => base64Source(data, stated, 'p')).toThrow(GatewayError);
  });
});

describe('urlSource', () => {
  it('reads data URLs and passes web addresses on', () => {
    expect(urlSource(`data:image/png;base64,${PNG}`, 'p')).toEqual({
      kind: 'base64',
      data: PNG,
      mimeType: 'image/png',
    });
    expect(urlSource('https://example.com/a.png', 'p')).toEqual({
      kind: 'url',
      url: 'https://example.com/a.png',
    });
  });

  it.each(['file:///etc/passwd', 'gs://bucket/x', 'data:text/plain,hello', ''])('refuses %j', (url) => {
    expect(() => urlSource(url, 'p')).toThrow(GatewayError);
  });
});
