import type { JsonObject } from '@turnpike/kernel';
import type { EndReason, Machine, SseEvent, StreamEvent } from '@turnpike/protocol';
import { objectOf, parseEventData, readVendorError, textOf } from '../../answer';
import { AnswerSink, failedAnswer } from '../../upstream-only';
import { readCitations, readFinishReason, settleCohereStop } from '../response';
import { readCohereUsage } from '../usage';

const PLAN = 'plan';
const CONTENT = 'content';

/**
 * Events of a Cohere stream to canonical events. `message-end` ends it. Text stays open behind its `content-end`:
 * citations of it may still come.
 */
class CohereStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly sink = new AnswerSink();
  private calls = 0;
  /** The call whose arguments come in. */
  private call: string | undefined;
  private said = false;

  push({ event, data }: SseEvent): StreamEvent[] {
    if (this.sink.over || data.trim() === '[DONE]') return [];
    const value = parseEventData(data);
    if (value) this.read(textOf(value.type) ?? event ?? '', value);
    else this.sink.failMalformed('a stream event that is not JSON');
    return this.sink.take();
  }

  end(reason: EndReason): StreamEvent[] {
    if (!this.sink.over) this.sink.interrupt(reason);
    return this.sink.take();
  }

  private read(type: string, event: JsonObject): void {
    const delta = objectOf(event.delta);
    const message = objectOf(delta?.message);
    if (type === 'message-start') return this.start(event);
    if (type === 'message-end') return this.finish(event, delta);
    // An error has no type of its own and nothing that an event has.
    if (event.error || type === 'error' || (type === '' && textOf(event.message)))
      return this.sink.fail(readVendorError(event.error || event));
    if (message) this.readMessage(type, message);
    else if (type === 'tool-call-end') this.endCall();
  }

  private readMessage(type: string, message: JsonObject): void {
    switch (type) {
      case 'content-start':
      case 'content-delta':
        return this.say(objectOf(message.content));
      case 'tool-plan-delta':
        return this.sink.say(PLAN, 'reasoning', textOf(message.tool_plan) ?? '');
      case 'tool-call-start':
        return this.startCall(objectOf(message.tool_calls));
      case 'tool-call-delta':
        return this.continueCall(objectOf(message.tool_calls));
      case 'tool-call-end':
        return this.endCall();
      case 'citation-start':
        return this.cite(message);
    }
  }

  private start(event: JsonObject): void {
    const id = textOf(event.id);
    this.sink.start(id === undefined ? {} : { id });
  }

  private say(content: JsonObject | undefined): void {
    const thought = textOf(content?.thinking);
    const text = thought ?? textOf(content?.text);
    if (text === undefined) return;
    const kind = thought === undefined ? 'text' : 'reasoning';
    this.sink.close(PLAN);
    this.endCall();
    if (!this.sink.isOpen(CONTENT, kind)) this.sink.close(CONTENT);
    this.sink.say(CONTENT, kind, text);
  }

  private cite(message: JsonObject): void {
    const citations = readCitations(message.citations);
    if (citations.length > 0 && this.sink.isOpen(CONTENT, 'text'))
      this.sink.add(CONTENT, { kind: 'citations', citations });
  }

  private startCall(call: JsonObject | undefined): void {
    const called = objectOf(call?.function);
    const name = textOf(called?.name);
    this.endCall();
    if (name === undefined) return this.sink.failMalformed('a tool call without a name');
    this.sink.close(PLAN);
    this.sink.close(CONTENT);
    this.call = `call:${this.calls++}`;
    this.said = false;
    this.sink.begin(this.call, { kind: 'call', id: textOf(call?.id) ?? '', name, tool: 'function' });
    this.continueCall(call);
  }

  private continueCall(call: JsonObject | undefined): void {
    const text = textOf(objectOf(call?.function)?.arguments);
    if (text === undefined || this.call === undefined) return;
    // Arguments that begin with `null` say that the tool takes none.
    if (this.said || text !== 'null') this.sink.add(this.call, { kind: 'arguments', text });
    this.said = true;
  }

  private endCall(): void {
    if (this.call !== undefined) this.sink.close(this.call);
    this.call = undefined;
  }

  private finish(event: JsonObject, delta: JsonObject | undefined): void {
    const word = textOf(delta?.finish_reason);
    const stop = readFinishReason(word) ?? 'end';
    this.sink.usage(readCohereUsage(delta?.usage ?? event.usage));
    if (delta?.error) return this.sink.fail(readVendorError(delta.error));
    if (stop === 'error') return this.sink.fail(failedAnswer(word));
    this.sink.finish(settleCohereStop(stop, this.calls));
  }
}

export const createCohereStreamDecoder = (): Machine<SseEvent, StreamEvent> => new CohereStreamDecoder();
