import { createSseParser, type EndReason, type Machine } from '@turnpike/protocol';

/** Content type of a stream without `alt=sse`. */
export const JSON_ARRAY_TYPE = 'application/json; charset=utf-8';

/**
 * A stream of this dialect as clients without `alt=sse` read it: one JSON array whose elements come one by one. Takes
 * what the encoder, the error event and the passthrough lane write.
 */
class JsonArrayWriter implements Machine<Buffer | string, string> {
  private readonly parser = createSseParser();
  private begun = false;

  push(piece: Buffer | string): string[] {
    return this.parser
      .push(typeof piece === 'string' ? Buffer.from(piece) : piece)
      .map(({ data }) => this.element(data));
  }

  /** Closes the array. Of a stream that broke, the error event was pushed before and is its last element. */
  end(reason: EndReason): string[] {
    const rest = reason === 'complete' ? this.parser.end().map(({ data }) => this.element(data)) : [];
    return [...rest, this.begun ? ']\n' : '[]\n'];
  }

  private element(data: string): string {
    const lead = this.begun ? ',\n' : '[';
    this.begun = true;
    return lead + data;
  }
}

/** One per stream. */
export const createJsonArrayWriter = (): Machine<Buffer | string, string> => new JsonArrayWriter();
