import { systemClock, type Clock } from '@turnpike/kernel';
import { ByteStore, type NamedBytes } from '../domain/byte-store';

/** What an entry takes beside its bytes: name, object, place in the map. */
const ENTRY_BYTES = 256;
const MOST_BYTES = 64 * 1_024 * 1_024;

/** Small buffers are slices of a pool: kept as they are, each would hold on to the whole of it. */
function unpooled(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

interface Entry {
  readonly bytes: Buffer;
  readonly untilMs: number;
}

export interface MemoryByteStoreOptions {
  /** Bytes of all entries together; beyond it the longest unused ones go. */
  readonly mostBytes?: number;
  readonly clock?: Clock;
}

/** Values of this process, for as long as it lives. */
export class MemoryByteStore extends ByteStore {
  /** The longest unused first. */
  private readonly entries = new Map<string, Entry>();
  private readonly mostBytes: number;
  private readonly clock: Clock;
  private total = 0;

  constructor({ mostBytes = MOST_BYTES, clock = systemClock }: MemoryByteStoreOptions = {}) {
    super();
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** Bytes that are taken at the moment. */
  get size(): number {
    return this.total;
  }

  setMany(values: readonly NamedBytes[], ttlMs: number): Promise<boolean> {
    const untilMs = this.clock() + ttlMs;
    let all = true;
    for (const { name, bytes } of values) {
      this.drop(name);
      const size = bytes.length + ENTRY_BYTES;
      if (size > this.mostBytes) {
        all = false;
        continue;
      }
      this.makeRoom(size);
      this.entries.set(name, { bytes: unpooled(bytes), untilMs });
      this.total += size;
    }
    return Promise.resolve(all);
  }

  getMany(names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
    const nowMs = this.clock();
    return Promise.resolve(names.map((name) => this.find(name, nowMs)));
  }

  remove(names: readonly string[]): Promise<boolean> {
    const nowMs = this.clock();
    const there = names.filter((name) => this.find(name, nowMs) !== undefined);
    for (const name of names) this.drop(name);
    return Promise.resolve(there.length > 0);
  }

  close(): Promise<void> {
    this.entries.clear();
    this.total = 0;
    return Promise.resolve();
  }

  private find(name: string, nowMs: number): Buffer | undefined {
    const entry = this.entries.get(name);
    if (!entry) return undefined;
    if (entry.untilMs <= nowMs) {
      this.drop(name);
      return undefined;
    }
    this.entries.delete(name);
    this.entries.set(name, entry);
    return entry.bytes;
  }

  private makeRoom(size: number): void {
    for (const name of this.entries.keys()) {
      if (this.total + size <= this.mostBytes) return;
      this.drop(name);
    }
  }

  private drop(name: string): void {
    const entry = this.entries.get(name);
    if (!entry) return;
    this.entries.delete(name);
    this.total -= entry.bytes.length + ENTRY_BYTES;
  }
}
