import { headerName } from './header-name';

it.each([
  ['Content-Type', 'content-type'],
  ['content-type', 'content-type'],
  ['Content-Typo', 'content-typo'],
  ['CONTENT-LENGTH', 'content-length'],
  ['X-\u00c9', 'x-\u00e9'],
  ['', ''],
])('%s is read as %s, the first time and again', (sent, name) => {
  const bytes = Buffer.from(sent, 'latin1');
  expect(headerName(bytes)).toBe(name);
  bytes.fill(0x78);
  expect(headerName(Buffer.from(sent, 'latin1'))).toBe(name);
});

it('goes on with names beyond those that it keeps', () => {
  for (let i = 0; i < 2_000; i++) {
    expect(headerName(Buffer.from(`X-Made-Up-${i}`))).toBe(`x-made-up-${i}`);
    expect(headerName(Buffer.from(`X-Made-Up-${i}`))).toBe(`x-made-up-${i}`);
  }
});
