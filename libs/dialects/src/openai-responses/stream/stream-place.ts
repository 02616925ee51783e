import type { JsonObject } from '@turnpike/kernel';
import { eventData, objectOf, parseEventData } from '../../answer';
import { writeEvent } from '../error/responses-error-event';
import { renderResponsesErrorEvent, type BegunResponse } from '../error/render-responses-error';
import type { ErrorView, StreamPlace } from '../../dialect';

const EVENT_END = /\r?\n\r?\n/;
const NUMBER = /"sequence_number"\s*:\s*(\d+)/g;
/** A stream that has not shown its response by then is not looked at any more. */
const MOST_HELD = 262_144;

/**
 * Where a stream stands that leaves for its client: what a keep-alive or a late error must say next. Looks at whole
 * events as they leave, whoever wrote them, and gives them new numbers once a keep-alive has taken one of theirs. A
 * quoted name cannot stand inside a JSON string, because its quotes would be escaped there.
 */
class ResponsesStreamPlace implements StreamPlace {
  private opening: string | undefined = '';
  private latest: Buffer | string | undefined;
  private inserted = 0;
  private response: JsonObject | undefined;

  /** Bytes as they have to leave: the same ones as long as no keep-alive has been written. */
  pass(chunk: Buffer | string): Buffer | string {
    const out = this.inserted > 0 ? this.renumber(chunk.toString('utf8')) : chunk;
    if (out.includes('"sequence_number"')) this.latest = out;
    if (this.opening !== undefined) this.readOpening(this.opening + out.toString('utf8'));
    return out;
  }

  /** An event that keeps clients waiting who do not count comments; a comment as long as there is nothing to repeat. */
  keepAlive(): string {
    const begun = this.begun();
    if (!begun) return ': keep-alive\n\n';
    this.inserted++;
    const event = writeEvent('response.in_progress', begun.sequence, { response: begun.response });
    this.latest = event;
    return event;
  }

  errorEvent(error: ErrorView): string {
    return renderResponsesErrorEvent(error, this.begun());
  }

  /** undefined: the stream has not begun. */
  private begun(): BegunResponse | undefined {
    const last = this.latest === undefined ? undefined : lastNumber(this.latest.toString('latin1'));
    if (!this.response || last === undefined) return undefined;
    return { sequence: last + 1, response: this.response };
  }

  private renumber(text: string): string {
    return text.replace(
      NUMBER,
      (_match, number: string) => `"sequence_number":${Number(number) + this.inserted}`,
    );
  }

  /** Looks for the response in the first events; the text is given up when it is found, or not there. */
  private readOpening(text: string): void {
    for (const event of text.split(EVENT_END).slice(0, -1)) {
      const data = eventData(event);
      this.response ??= objectOf(data === undefined ? undefined : parseEventData(data)?.response);
    }
    this.opening = this.response || text.length > MOST_HELD ? undefined : text;
  }
}

function lastNumber(text: string): number | undefined {
  const at = text.lastIndexOf('"sequence_number"');
  const match = at < 0 ? undefined : /\d+/.exec(text.slice(at, at + 64));
  return match ? Number(match[0]) : undefined;
}

export const createResponsesStreamPlace = (): StreamPlace => new ResponsesStreamPlace();
