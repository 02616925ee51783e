import { GatewayError } from '@turnpike/kernel';
import type { Edit } from '@turnpike/protocol';
import type { BodyStream } from '@turnpike/provider';
import fc from 'fast-check';
import { editPiece } from './edit-piece';
import { Upload, type UploadSource } from './upload';

class ListSource implements UploadSource {
  asked = 0;
  released = false;
  readonly length: number;

  constructor(
    private readonly pieces: readonly Buffer[],
    private readonly failAt = -1,
  ) {
    this.length = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  next(): Promise<Buffer | undefined> {
    if (this.asked === this.failAt) return Promise.reject(new GatewayError('client_disconnected', 'left'));
    return Promise.resolve(this.pieces[this.asked++]);
  }

  release(): void {
    this.released = true;
  }
}

const IGNORE = { push: () => undefined, end: () => undefined };
const LIMIT = { limitBytes: 1_000_000 };

async function readAll(stream: BodyStream, pieces = Infinity): Promise<string> {
  let text = '';
  let read = 0;
  for await (const piece of stream) {
    text += piece.toString('latin1');
    if (++read >= pieces) break;
  }
  return text;
}

const pieces = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text));

describe('Upload', () => {
  it('takes a piece only when the one before was taken', async () => {
    const source = new ListSource(pieces('a', 'b', 'c', 'd'));
    const upload = new Upload(source, IGNORE, LIMIT);
    await upload.readUntil(() => source.asked === 1);
    expect(source.asked).toBe(1);
    const reading = upload.open([])[Symbol.asyncIterator]();
    await reading.next();
    expect(source.asked).toBe(1);
    await reading.next();
    expect(source.asked).toBe(2);
  });

  it('is read again from the start by whoever comes next, wherever the one before stopped', async () => {
    const text = fc.string({ maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 20 }),
        fc.nat(20),
        fc.nat(60),
        async (texts, stop, memoryBytes) => {
          const upload = new Upload(new ListSource(pieces(...texts)), IGNORE, { ...LIMIT, memoryBytes });
          const whole = Buffer.from(texts.join('')).toString('latin1');
          expect(whole.startsWith(await readAll(upload.open([]), stop + 1))).toBe(true);
          expect(await readAll(upload.open([]))).toBe(whole);
          expect(await readAll(upload.open([]))).toBe(whole);
          upload.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  it('goes on without being kept where there is no room, but only once', async () => {
    const source = new ListSource(pieces('aaaa', 'bbbb', 'cccc'));
    const upload = new Upload(source, IGNORE, { ...LIMIT, memoryBytes: 4, directory: '/not/there' });
    await upload.readUntil(() => source.asked === 1);
    expect(upload.isKept).toBe(true);
    expect(await readAll(upload.open([]))).toBe('aaaabbbbcccc');
    expect(upload.isKept).toBe(false);
    await expect(readAll(upload.open([]))).rejects.toThrow();
  });

  it('ends where its watcher says that it is wrong', async () => {
    const fault = new GatewayError('invalid_request', 'wrong');
    const watcher = {
      push: (chunk: Buffer) => {
        if (chunk.includes('b')) throw fault;
      },
      end: () => undefined,
    };
    const upload = new Upload(new ListSource(pieces('a', 'b', 'c')), watcher, LIMIT);
    await expect(readAll(upload.open([]))).rejects.toBe(fault);
    expect(upload.fault).toBe(fault);
    await expect(readAll(upload.open([]))).rejects.toBe(fault);
  });

  it.each([
    ['stated', new ListSource(pieces('aaaa', 'bbbb'))],
    ['not stated', Object.assign(new ListSource(pieces('aaaa', 'bbbb')), { length: undefined })],
  ])('is refused beyond its limit, %s', async (_, source) => {
    const upload = new Upload(source, IGNORE, { limitBytes: 7 });
    await expect(upload.readUntil(() => false)).rejects.toMatchObject({ reason: 'body_too_large' });
  });

  it('lets its source go', async () => {
    const source = new ListSource(pieces('a'), 1);
    const upload = new Upload(source, IGNORE, LIMIT);
    await expect(readAll(upload.open([]))).rejects.toMatchObject({ reason: 'client_disconnected' });
    upload.close();
    expect(source.released).toBe(true);
  });
});

describe('editPiece', () => {
  it('edits a body cut into pieces as it edits the whole', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 20 });
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.nat(),
        fc.string(),
        cuts,
        (text, a, b, put, sizes) => {
          const whole = Buffer.from(text);
          const [start = 0, end = 0] = [a % whole.length, b % whole.length].sort((x, y) => x - y);
          const edits: Edit[] = [{ start, end, bytes: Buffer.from(put) }];
          const out: Buffer[] = [];
          let at = 0;
          for (const size of [...sizes, whole.length]) {
            const piece = whole.subarray(at, at + size);
            if (piece.length > 0) out.push(editPiece(piece, at, edits));
            at += piece.length;
          }
          const expected = Buffer.concat([whole.subarray(0, start), Buffer.from(put), whole.subarray(end)]);
          expect(Buffer.concat(out).equals(expected)).toBe(true);
        },
      ),
    );
  });
});
