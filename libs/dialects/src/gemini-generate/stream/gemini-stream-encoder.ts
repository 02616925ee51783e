import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  mergeUsage,
  writeSse,
  type ChoiceEvent,
  type Machine,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { createAnswerCallIds, streamUsage } from '../../answer';
import { geminiErrorEvent, INTERRUPTED } from '../error';
import type { GeminiAnswerView } from '../response/gemini-view';
import { GEMINI_CALL_ID } from '../response/part-writer';
import { writeGeminiUsage } from '../usage';
import { CandidateWriter } from './candidate-writer';

/**
 * Canonical events to chunks of one candidate each. Nothing but `data:` lines is written: clients of this dialect fail
 * on everything else.
 */
class GeminiStreamEncoder implements Machine<StreamEvent, string> {
  private readonly newId: (upstreamId: string) => string;
  private readonly first: CandidateWriter;
  private readonly others = new Map<number, CandidateWriter>();
  private readonly tail: JsonObject;
  private usage: Usage | undefined;

  constructor(private readonly view: GeminiAnswerView) {
    this.newId = createAnswerCallIds(view.id, GEMINI_CALL_ID);
    this.first = new CandidateWriter(view, this.newId);
    this.tail = { modelVersion: view.model, responseId: view.id };
  }

  push(event: StreamEvent): string[] {
    switch (event.kind) {
      case 'start':
        return [];
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return [];
      case 'block-start':
      case 'block-delta':
      case 'block-end':
        return this.say(0, this.first.push(event));
      case 'choice':
        return this.pushOther(event.choice, event.event);
      case 'finish':
        return this.finish(event);
      case 'error':
        return [geminiErrorEvent(event.error)];
      case 'interrupted':
        return [geminiErrorEvent(INTERRUPTED)];
    }
  }

  end(): string[] {
    return [];
  }

  private say(index: number, parts: JsonObject[]): string[] {
    return parts.length === 0 ? [] : [this.chunk(index, { content: { role: 'model', parts } })];
  }

  private chunk(index: number, members: JsonObject): string {
    const usage = this.usage ? { usageMetadata: writeGeminiUsage(this.usage) } : {};
    return writeSse(stringifyJson({ candidates: [{ ...members, index }], ...usage, ...this.tail }));
  }

  private pushOther(index: number, event: ChoiceEvent): string[] {
    const writer = this.others.get(index) ?? new CandidateWriter(this.view, this.newId);
    this.others.set(index, writer);
    return event.kind === 'finish'
      ? [this.chunk(index, writer.finish(event))]
      : this.say(index, writer.push(event));
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string[] {
    if (event.stop === 'error' || event.stop === 'malformed_call') return [geminiErrorEvent(INTERRUPTED)];
    const last = this.first.finish(event);
    const textBytes = [...this.others.values()].reduce((sum, o) => sum + o.textBytes, this.first.textBytes);
    this.usage = streamUsage(this.usage, this.view.inputEstimate, textBytes);
    return [this.chunk(0, last)];
  }
}

export const createGeminiStreamEncoder = (view: GeminiAnswerView): Machine<StreamEvent, string> =>
  new GeminiStreamEncoder(view);
