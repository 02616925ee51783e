/** Bytes of an error body, or of a stream's beginning, that are kept to be classified. */
const MAX_BYTES = 64 * 1024;

/** The beginning of what an upstream answered. */
export class Evidence {
  private chunks: Buffer[] = [];
  private size = 0;

  get full(): boolean {
    return this.size >= MAX_BYTES;
  }

  keep(chunk: Buffer): void {
    if (this.full) return;
    const room = MAX_BYTES - this.size;
    this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.size += chunk.length;
  }

  drop(): void {
    this.chunks = [];
  }

  /** As text; undefined when nothing was kept. */
  text(): string | undefined {
    return this.chunks.length === 0 ? undefined : Buffer.concat(this.chunks).toString('utf8');
  }
}
