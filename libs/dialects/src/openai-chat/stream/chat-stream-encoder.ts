import { mergeUsage, type ChoiceEvent, type Machine, type StreamEvent, type Usage } from '@turnpike/protocol';
import { createAnswerCallIds, streamUsage } from '../../answer';
import type { AnswerView } from '../../dialect';
import { chatErrorEvent, INTERRUPTED } from '../error/chat-error-event';
import { answersInOldForm } from '../response/old-form';
import { CHAT_CALL_ID } from '../response/write-said';
import { writeChatUsage } from '../usage';
import { ChoiceWriter, type ChunkFrame } from './choice-writer';

/** Canonical events to Chat chunks. */
class ChatStreamEncoder implements Machine<StreamEvent, string> {
  private readonly frame: ChunkFrame;
  private readonly newId: (id: string) => string;
  private readonly first: ChoiceWriter;
  private readonly others = new Map<number, ChoiceWriter>();
  private usage: Usage | undefined;

  constructor(private readonly view: AnswerView) {
    const chunk = {
      id: `chatcmpl-${view.id}`,
      object: 'chat.completion.chunk',
      created: view.createdAt,
      model: view.model,
    };
    this.frame = {
      head: `data: ${JSON.stringify(chunk).slice(0, -1)}`,
      tail: `${view.includeUsage ? ',"usage":null' : ''}}\n\n`,
      oldForm: answersInOldForm(view),
    };
    this.newId = createAnswerCallIds(view.id, CHAT_CALL_ID);
    this.first = new ChoiceWriter(0, this.frame, this.newId);
  }

  push(event: StreamEvent): string[] {
    const text = this.write(event);
    return text === '' ? [] : [text];
  }

  end(): string[] {
    return [];
  }

  private write(event: StreamEvent): string {
    switch (event.kind) {
      case 'start':
        return this.first.begin();
      case 'block-start':
      case 'block-delta':
      case 'block-end':
        return this.first.push(event);
      case 'choice':
        return this.pushOther(event.choice, event.event);
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return '';
      case 'finish':
        return this.finish(event);
      case 'error':
        return chatErrorEvent(event.error);
      case 'interrupted':
        return chatErrorEvent(INTERRUPTED);
    }
  }

  private pushOther(index: number, event: ChoiceEvent): string {
    const known = this.others.get(index);
    if (known) return known.push(event);
    const writer = new ChoiceWriter(index, this.frame, this.newId);
    this.others.set(index, writer);
    return writer.begin() + writer.push(event);
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string {
    if (event.stop === 'error' || event.stop === 'malformed_call') return chatErrorEvent(INTERRUPTED);
    let out = this.first.push(event);
    if (this.view.includeUsage) {
      const textBytes = [...this.others.values()].reduce((sum, o) => sum + o.textBytes, this.first.textBytes);
      const usage = writeChatUsage(streamUsage(this.usage, this.view.inputEstimate, textBytes));
      out += `${this.frame.head},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`;
    }
    return `${out}data: [DONE]\n\n`;
  }
}

export const createChatStreamEncoder = (view: AnswerView): Machine<StreamEvent, string> =>
  new ChatStreamEncoder(view);
