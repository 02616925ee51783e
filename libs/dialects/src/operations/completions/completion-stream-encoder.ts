import {
  mergeUsage,
  type BlockContent,
  type Machine,
  type StopReason,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { streamUsage } from '../../answer';
import type { AnswerView } from '../../dialect';
import { chatErrorEvent, INTERRUPTED } from '../../openai-chat/error/chat-error-event';
import { writeFinishReason } from '../../openai-chat/response/chat-stop';
import { writeChatUsage } from '../../openai-chat/usage';
import { completionHead } from './encode-completion';

/** Canonical events to `text_completion` chunks: text alone, one prompt. */
class CompletionStreamEncoder implements Machine<StreamEvent, string> {
  private readonly head: string;
  private readonly begun = new Set<number>();
  private readonly shown = new Map<string, BlockContent['kind']>();
  private usage: Usage | undefined;
  private textBytes = 0;

  constructor(
    private readonly view: AnswerView,
    private readonly prefix: string,
  ) {
    this.head = `data: ${JSON.stringify(completionHead(view)).slice(0, -1)}`;
  }

  push(event: StreamEvent): string[] {
    switch (event.kind) {
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return [];
      case 'choice':
        return this.say(event.choice, event.event);
      case 'error':
        return [chatErrorEvent(event.error)];
      case 'interrupted':
        return [chatErrorEvent(INTERRUPTED)];
      case 'finish':
        return [...this.finish(0, event.stop), ...this.last()];
      default:
        return this.say(0, event);
    }
  }

  end(): string[] {
    return [];
  }

  private say(choice: number, event: StreamEvent): string[] {
    if (event.kind === 'finish') return this.finish(choice, event.stop);
    if (event.kind === 'block-start') this.shown.set(`${choice}:${event.block}`, event.content.kind);
    if (event.kind !== 'block-delta') return [];
    const { delta } = event;
    const kind = this.shown.get(`${choice}:${event.block}`);
    if ((kind !== 'text' && kind !== 'refusal') || (delta.kind !== 'text' && delta.kind !== 'refusal'))
      return [];
    this.textBytes += Buffer.byteLength(delta.text);
    return delta.text === '' ? [] : [...this.begin(choice), this.chunk(choice, delta.text)];
  }

  /** The prompt comes before the first text of each choice, where it was asked for. */
  private begin(choice: number): string[] {
    if (this.prefix === '' || this.begun.has(choice)) return [];
    this.begun.add(choice);
    return [this.chunk(choice, this.prefix)];
  }

  private finish(choice: number, stop: StopReason): string[] {
    const reason = stop === 'tool' ? 'stop' : writeFinishReason(stop);
    return [...this.begin(choice), this.chunk(choice, '', JSON.stringify(reason))];
  }

  private chunk(choice: number, text: string, finish = 'null'): string {
    const body = `"choices":[{"text":${JSON.stringify(text)},"index":${choice},"logprobs":null,"finish_reason":${finish}}]`;
    return `${this.head},${body}${this.view.includeUsage ? ',"usage":null' : ''}}\n\n`;
  }

  private last(): string[] {
    const done = 'data: [DONE]\n\n';
    if (!this.view.includeUsage) return [done];
    const usage = writeChatUsage(streamUsage(this.usage, this.view.inputEstimate, this.textBytes));
    return [`${this.head},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`, done];
  }
}

/** `prefix`: the prompt, where the client wants to see it again. */
export const createCompletionStreamEncoder = (
  view: AnswerView,
  prefix: string,
): Machine<StreamEvent, string> => new CompletionStreamEncoder(view, prefix);
