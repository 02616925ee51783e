import { createJsonArrayWriter, JSON_ARRAY_TYPE } from '@turnpike/dialects';
import { Reply } from '@turnpike/pipeline';

/** A Gemini stream for clients that did not ask for server-sent events: one JSON array, an element per event. */
export class JsonArrayReply extends Reply {
  private readonly writer = createJsonArrayWriter();
  private asArray = false;

  constructor(private readonly inner: Reply) {
    super();
    inner.onDrain = () => this.onDrain?.();
    inner.onGone = () => this.onGone?.();
  }

  get gone(): boolean {
    return this.inner.gone;
  }

  /** An error before the stream is a plain JSON body and stays one. */
  head(status: number, headers: readonly string[]): void {
    this.asArray = headers[1]?.startsWith('text/event-stream') ?? false;
    this.inner.head(status, this.asArray ? ['content-type', JSON_ARRAY_TYPE, ...headers.slice(2)] : headers);
  }

  write(chunk: Buffer | string): boolean {
    return this.inner.write(this.asArray ? this.writer.push(chunk).join('') : chunk);
  }

  cut(): void {
    this.inner.cut();
  }

  end(chunk?: Buffer | string): void {
    if (!this.asArray) return this.inner.end(chunk);
    const last = chunk === undefined ? [] : this.writer.push(chunk);
    this.inner.end([...last, ...this.writer.end('complete')].join(''));
  }
}
