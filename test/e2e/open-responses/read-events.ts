import { violationsOf } from '../../schemas/validate';
import type { OutputItem, ResponseResource } from './check-response';

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly response?: ResponseResource;
  readonly item?: OutputItem;
  readonly delta?: string;
  readonly arguments?: string;
  readonly obfuscation?: string;
}

export interface ReadEvents {
  readonly events: readonly ResponseEvent[];
  /** What is wrong with the stream, in sentences. */
  readonly problems: readonly string[];
  /** The response of the last event that holds one. */
  readonly final: ResponseResource | undefined;
}

const linesOf = (block: string, field: string): string[] =>
  block.split('\n').flatMap((line) => (line.startsWith(`${field}: `) ? [line.slice(field.length + 2)] : []));

/** Reads a stream of Responses events without any library, and judges each event. */
export function readEvents(text: string): ReadEvents {
  const blocks = text.split('\n\n').filter((block) => linesOf(block, 'data').length > 0);
  const problems: string[] = [];
  const events: ResponseEvent[] = [];
  for (const block of blocks) {
    const data = linesOf(block, 'data').join('\n');
    if (data === '[DONE]') continue;
    const event = JSON.parse(data) as ResponseEvent;
    const [name] = linesOf(block, 'event');
    if (name !== event.type) problems.push(`event ${name ?? 'without a name'} holds ${event.type}`);
    const last = events.at(-1)?.sequence_number ?? -1;
    if (event.sequence_number <= last) problems.push(`${event.type} has number ${event.sequence_number}`);
    // Padding of the vendor's, that its SDK does not name.
    const { obfuscation: _padding, ...rest } = event;
    problems.push(...violationsOf('openai-responses', 'event', rest).map((what) => `${event.type}: ${what}`));
    events.push(event);
  }
  return { events, problems, final: events.findLast((event) => event.response)?.response };
}
