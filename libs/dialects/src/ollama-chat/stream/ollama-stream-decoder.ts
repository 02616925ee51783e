import type { JsonObject } from '@turnpike/kernel';
import type { CallPart, EndReason, Machine, SseEvent, StreamEvent } from '@turnpike/protocol';
import { objectOf, parseEventData, readVendorError, textOf } from '../../answer';
import { AnswerSink } from '../../upstream-only';
import { readCreatedAt, readDoneReason, readMessage } from '../response';
import { readOllamaUsage } from '../usage';

/** Lines of a native stream to canonical events. The line with `done: true` ends it; without one it was cut. */
class OllamaStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly sink = new AnswerSink();
  private calls = 0;

  push({ data }: SseEvent): StreamEvent[] {
    if (this.sink.over) return [];
    const line = parseEventData(data);
    if (line) this.readLine(line);
    else this.sink.failMalformed('a line that is not JSON');
    return this.sink.take();
  }

  end(reason: EndReason): StreamEvent[] {
    if (!this.sink.over) this.sink.interrupt(reason);
    return this.sink.take();
  }

  private readLine(line: JsonObject): void {
    const { sink } = this;
    const model = textOf(line.model);
    const createdAt = readCreatedAt(line);
    sink.start({
      ...(model === undefined ? {} : { model }),
      ...(createdAt === undefined ? {} : { createdAt }),
    });
    if (line.error) return sink.fail(readVendorError(line.error));
    const { thinking, text, calls } = readMessage(objectOf(line.message));
    if (thinking !== '') this.say('reasoning', thinking);
    if (text !== '') this.say('text', text);
    for (const call of calls) this.call(call);
    if (line.done !== true) return;
    sink.usage(readOllamaUsage(line));
    sink.finish(readDoneReason(line, this.calls));
  }

  private say(kind: 'text' | 'reasoning', text: string): void {
    if (!this.sink.isOpen('said', kind)) this.sink.close('said');
    this.sink.say('said', kind, text);
  }

  private call({ id, name, args, tool }: CallPart): void {
    this.calls++;
    this.sink.close('said');
    this.sink.put({ kind: 'call', id, name, tool }, { kind: 'arguments', text: args });
  }
}

export const createOllamaStreamDecoder = (): Machine<SseEvent, StreamEvent> => new OllamaStreamDecoder();
