import fc from 'fast-check';
import { SseSplitter } from './sse-splitter';

interface Split {
  readonly events: string[];
  readonly tail: string;
}

function split(pieces: readonly Buffer[]): Split {
  const splitter = new SseSplitter();
  const views: Buffer[] = [];
  for (const piece of pieces)
    splitter.push(piece, (bytes, start, end) => views.push(bytes.subarray(start, end)));
  return { events: views.map((view) => view.toString()), tail: splitter.tail().toString() };
}

const cut = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const borders = [0, ...cuts.filter((c) => c <= bytes.length).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((end, i) => Buffer.from(bytes.subarray(borders[i], end)));
};

describe('SseSplitter', () => {
  it.each<[string, string, Split]>([
    ['line feeds', 'data: 1\n\ndata: 2\n\nda', { events: ['data: 1\n\n', 'data: 2\n\n'], tail: 'da' }],
    [
      'carriage returns and line feeds',
      'data: 1\r\n\r\ndata: 2\r\n\r\n',
      { events: ['data: 1\r\n\r\n', 'data: 2\r\n\r\n'], tail: '' },
    ],
    ['carriage returns', 'data: 1\r\rdata: 2\r\r', { events: ['data: 1\r\r', 'data: 2\r\r'], tail: '' }],
    [
      'mixed line ends',
      'data: 1\n\r\ndata: 2\r\n\n',
      { events: ['data: 1\n\r\n', 'data: 2\r\n\n'], tail: '' },
    ],
    ['comments', ': a\n\ndata: 1\n\n', { events: [': a\n\n', 'data: 1\n\n'], tail: '' }],
    ['half a line end', 'data: 1\r\n\r', { events: [], tail: 'data: 1\r\n\r' }],
  ])('finds the borders between events with %s', (_, text, expected) => {
    expect(split([Buffer.from(text)])).toEqual(expected);
  });

  it('hands out views of the chunk when no event is cut', () => {
    const chunk = Buffer.from('data: 1\n\ndata: 2\n\n');
    const seen: [boolean, number, number][] = [];
    new SseSplitter().push(chunk, (bytes, start, end) => seen.push([bytes === chunk, start, end]));
    expect(seen).toEqual([
      [true, 0, 9],
      [true, 9, 18],
    ]);
  });

  it('loses no byte and finds the same events, however the bytes are cut', () => {
    const line = fc.constantFrom('data: é漢🙂', 'event: x', ': c', 'data: {"a":1}');
    const end = fc.constantFrom('\n', '\r\n');
    const events = fc.array(fc.tuple(fc.array(line, { minLength: 1, maxLength: 3 }), end), { maxLength: 5 });
    fc.assert(
      fc.property(events, fc.string({ maxLength: 5 }), fc.array(fc.nat(150)), (list, rest, cuts) => {
        const wires = list.map(([lines, lineEnd]) => [...lines, ''].map((l) => l + lineEnd).join(''));
        const tail = rest.replace(/[\r\n]/g, '');
        expect(split(cut(Buffer.from(wires.join('') + tail), cuts))).toEqual({ events: wires, tail });
      }),
    );
  });

  it('lets what was handed out be when more comes', () => {
    const splitter = new SseSplitter();
    const views: Buffer[] = [];
    for (const text of ['da', 'ta: 1\n\nd', 'ata', ': 2\n', '\nda', 'ta: 3\n\n'])
      splitter.push(Buffer.from(text), (bytes, start, end) => views.push(bytes.subarray(start, end)));
    expect(views.map(String)).toEqual(['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']);
  });

  it('holds an event of many chunks in linear time and refuses one without end', () => {
    const splitter = new SseSplitter();
    const chunk = Buffer.alloc(64 * 1024, 'x\n');
    const feed = (): void => {
      for (let i = 0; i < 257; i++) splitter.push(chunk, () => undefined);
    };
    expect(feed).toThrow('more than 16 MiB');
  });
});
