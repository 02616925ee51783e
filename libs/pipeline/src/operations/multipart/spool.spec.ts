import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { Spool } from './spool';

async function readAll(spool: Spool, from = 0): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = from; at < spool.length;) {
    const piece = await spool.read(at);
    pieces.push(piece);
    at += piece.length;
  }
  return Buffer.concat(pieces);
}

describe('Spool', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'turnpike-spool-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('gives back what it was given, from any place, however much fits into memory', async () => {
    const piece = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 30 }),
        fc.nat(2_000),
        fc.nat(),
        async (pieces, memoryBytes, at) => {
          const spool = new Spool({ memoryBytes, directory });
          for (const each of pieces) expect(await spool.append(each)).toBe(true);
          const whole = Buffer.concat(pieces);
          expect(spool.length).toBe(whole.length);
          const from = whole.length === 0 ? 0 : at % whole.length;
          expect((await readAll(spool, from)).equals(whole.subarray(from))).toBe(true);
          spool.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leaves no name behind', async () => {
    const spool = new Spool({ memoryBytes: 10, directory });
    await spool.append(Buffer.alloc(1_000, 'x'));
    expect(readdirSync(directory)).toEqual([]);
    expect((await readAll(spool)).length).toBe(1_000);
    spool.close();
  });

  it('says when there is no place for more, and keeps what it has', async () => {
    const spool = new Spool({ memoryBytes: 10, directory: path.join(directory, 'not', 'there') });
    expect(await spool.append(Buffer.from('12345678'))).toBe(true);
    expect(await spool.append(Buffer.from('12345678'))).toBe(false);
    expect((await readAll(spool)).toString()).toBe('12345678');
  });

  it('leaves room for others', async () => {
    const options = { memoryBytes: 4, directory, allFilesBytes: 10 };
    const one = new Spool(options);
    const other = new Spool(options);
    expect(await one.append(Buffer.alloc(8))).toBe(true);
    expect(await other.append(Buffer.alloc(8))).toBe(false);
    one.close();
    one.close();
    const next = new Spool(options);
    expect(await next.append(Buffer.alloc(8))).toBe(true);
    next.close();
  });

  it('takes little memory for many small pieces', async () => {
    const spool = new Spool();
    for (let i = 0; i < 5_000; i++) await spool.append(Buffer.from('x'));
    expect((spool as unknown as { memory: Buffer }).memory.length).toBeLessThanOrEqual(16 * 1024);
  });

  it('can be closed while it is being written to', async () => {
    const spool = new Spool({ memoryBytes: 1, directory });
    const writing = spool.append(Buffer.alloc(100));
    spool.close();
    expect(await writing).toBe(false);
  });
});
