import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What one request may hold in memory; the rest goes to a file. */
const MEMORY_BYTES = 1024 * 1024;
const FIRST_BYTES = 16 * 1024;
const READ_BYTES = 64 * 1024;
/** All files together: beyond it requests are sent on without being kept. */
const ALL_FILES_BYTES = 2 * 1024 * 1024 * 1024;

let inFiles = 0;

export interface SpoolOptions {
  readonly memoryBytes?: number;
  /** Default: the system's directory for temporary files. */
  readonly directory?: string;
  /** Most bytes in files, over all requests. */
  readonly allFilesBytes?: number;
}

/**
 * Bytes of a request that may have to be sent again: in memory up to a limit, behind it in a file that has no name any
 * more when its first byte is written. One writer, any number of readers; no call overlaps another one of its kind.
 */
export class Spool {
  private memory = Buffer.alloc(0);
  private inMemory = 0;
  private inFile = 0;
  private file: FileHandle | undefined;
  private closed = false;

  constructor(private readonly options: SpoolOptions = {}) {}

  get length(): number {
    return this.inMemory + this.inFile;
  }

  /** False: there is no place for it. Nothing more can be kept then. */
  append(chunk: Buffer): boolean | Promise<boolean> {
    const room = (this.options.memoryBytes ?? MEMORY_BYTES) - this.inMemory;
    if (this.inFile > 0 || chunk.length > room) return this.write(chunk);
    if (this.inMemory + chunk.length > this.memory.length) this.grow(this.inMemory + chunk.length);
    chunk.copy(this.memory, this.inMemory);
    this.inMemory += chunk.length;
    return true;
  }

  /** Some bytes from `at` on, which must be below `length`. */
  read(at: number): Buffer | Promise<Buffer> {
    if (at < this.inMemory) return this.memory.subarray(at, Math.min(this.inMemory, at + READ_BYTES));
    return this.readFile(at - this.inMemory);
  }

  close(): void {
    if (!this.closed) inFiles -= this.inFile;
    this.closed = true;
    this.memory = Buffer.alloc(0);
    const { file } = this;
    this.file = undefined;
    file?.close().catch(() => undefined);
  }

  private grow(needed: number): void {
    const size = Math.max(FIRST_BYTES, needed, Math.min(2 * this.memory.length, MEMORY_BYTES));
    const larger = Buffer.allocUnsafe(size);
    this.memory.copy(larger, 0, 0, this.inMemory);
    this.memory = larger;
  }

  private async write(chunk: Buffer): Promise<boolean> {
    try {
      if (inFiles + chunk.length > (this.options.allFilesBytes ?? ALL_FILES_BYTES)) return false;
      this.file ??= await this.create();
      if (this.closed) {
        this.close();
        return false;
      }
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await this.file.write(chunk, at, chunk.length - at, this.inFile + at);
        at += bytesWritten;
      }
      this.inFile += chunk.length;
      inFiles += chunk.length;
      // Closed while the disk was busy: its share has been given back without this piece.
      if (this.closed) inFiles -= chunk.length;
      return true;
    } catch {
      return false;
    }
  }

  /** Nobody else can open it: the name is new, the mode is the owner's alone, and the name goes at once. */
  private async create(): Promise<FileHandle> {
    const name = path.join(this.options.directory ?? tmpdir(), `turnpike-upload-${randomUUID()}`);
    const file = await open(name, 'wx+', 0o600);
    await unlink(name);
    return file;
  }

  private async readFile(at: number): Promise<Buffer> {
    const size = Math.min(READ_BYTES, this.inFile - at);
    const { bytesRead, buffer } = (await this.file?.read(Buffer.allocUnsafe(size), 0, size, at)) ?? {
      bytesRead: 0,
      buffer: Buffer.alloc(0),
    };
    if (bytesRead === 0) throw new Error('the spool is closed');
    return buffer.subarray(0, bytesRead);
  }
}
