import type { Json, JsonObject } from '@turnpike/kernel';
import {
  mergeUsage,
  type BlockContent,
  type BlockDelta,
  type Machine,
  type Signature,
  type StreamEvent,
  type Usage,
} from '@turnpike/protocol';
import { createAnswerCallIds, streamUsage } from '../../answer';
import type { AnswerView } from '../../dialect';
import { chatErrorEvent, INTERRUPTED } from '../error/chat-error-event';
import { writeFinishReason } from '../response/chat-stop';
import {
  CHAT_CALL_ID,
  writeAnnotations,
  writeCallHead,
  writeImage,
  writeRedactedReasoning,
  writeSignedReasoning,
} from '../response/write-said';
import { writeChatUsage } from '../usage';

type CallContent = Extract<BlockContent, { kind: 'call' }>;

interface OpenBlock {
  readonly content: BlockContent;
  /** Position among the calls of the answer. */
  readonly call: number;
  /** Length of the answer's text when the block began. */
  readonly from: number;
  /** Reasoning is kept until its signature is known; of other blocks only whether there was any text. */
  text: string;
  signature?: Signature;
  readonly citations: Json[];
}

/** Canonical events to Chat chunks. Everything but the delta is the same in each chunk and written once. */
class ChatStreamEncoder implements Machine<StreamEvent, string> {
  private readonly head: string;
  private readonly opening: string;
  private readonly closing: string;
  private readonly newId: (id: string) => string;
  private readonly open = new Map<number, OpenBlock>();
  private calls = 0;
  private details = 0;
  private textLength = 0;
  private textBytes = 0;
  private usage: Usage | undefined;

  constructor(private readonly view: AnswerView) {
    const chunk = {
      id: `chatcmpl-${view.id}`,
      object: 'chat.completion.chunk',
      created: view.createdAt,
      model: view.model,
    };
    this.head = `data: ${JSON.stringify(chunk).slice(0, -1)}`;
    this.opening = `${this.head},"choices":[{"index":0,"delta":`;
    this.closing = `]${view.includeUsage ? ',"usage":null' : ''}}\n\n`;
    this.newId = createAnswerCallIds(view.id, CHAT_CALL_ID);
  }

  push(event: StreamEvent): string[] {
    switch (event.kind) {
      case 'start':
        return [this.chunk('{"role":"assistant","content":""}')];
      case 'block-start':
        return this.start(event.block, event.content);
      case 'block-delta':
        return this.delta(event.block, event.delta);
      case 'block-end':
        return this.endBlock(event.block);
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return [];
      case 'finish':
        return this.finish(event);
      case 'error':
        return [chatErrorEvent(event.error)];
      case 'interrupted':
        return [chatErrorEvent(INTERRUPTED)];
    }
  }

  end(): string[] {
    return [];
  }

  private chunk(delta: string, finish = 'null'): string {
    return `${this.opening}${delta},"logprobs":null,"finish_reason":${finish}}${this.closing}`;
  }

  private put(delta: JsonObject): string[] {
    return [this.chunk(JSON.stringify(delta))];
  }

  private start(block: number, content: BlockContent): string[] {
    if (content.kind === 'redacted')
      return this.put({ reasoning_details: [writeRedactedReasoning(content.data, this.details++)] });
    if (content.kind === 'media')
      return this.put({ images: [{ ...writeImage(content.mimeType, content.data), index: 0 }] });
    if (content.kind === 'opaque') return [];
    const call = content.kind === 'call' ? this.calls++ : -1;
    this.open.set(block, { content, call, from: this.textLength, text: '', citations: [] });
    return content.kind === 'call' ? this.startCall(call, content) : [];
  }

  private startCall(index: number, content: CallContent): string[] {
    const head = { index, ...writeCallHead(content, this.newId(content.id)) };
    const body =
      content.tool === 'custom'
        ? { custom: { name: content.name, input: '' } }
        : { function: { name: content.name, arguments: '' } };
    return this.put({ tool_calls: [{ ...head, ...body }] });
  }

  private delta(block: number, delta: BlockDelta): string[] {
    const open = this.open.get(block);
    if (!open) return [];
    if (delta.kind === 'signature') open.signature = delta.signature;
    else if (delta.kind === 'citations') open.citations.push(...delta.citations);
    else if (delta.text !== '') return this.sayText(open, delta.kind, delta.text);
    return [];
  }

  private sayText(
    open: OpenBlock,
    kind: 'text' | 'reasoning' | 'refusal' | 'arguments',
    text: string,
  ): string[] {
    this.textBytes += Buffer.byteLength(text);
    const quoted = JSON.stringify(text);
    switch (kind) {
      case 'text':
        this.textLength += text.length;
        return [this.chunk(`{"content":${quoted}}`)];
      case 'reasoning':
        open.text += text;
        return [this.chunk(`{"reasoning_content":${quoted}}`)];
      case 'refusal':
        return [this.chunk(`{"refusal":${quoted}}`)];
      case 'arguments':
        open.text ||= text.trim();
        return [this.callDelta(open, quoted)];
    }
  }

  private callDelta(open: OpenBlock, quoted: string): string {
    const custom = open.content.kind === 'call' && open.content.tool === 'custom';
    const body = custom ? `"custom":{"input":${quoted}}` : `"function":{"arguments":${quoted}}`;
    return this.chunk(`{"tool_calls":[{"index":${open.call},${body}}]}`);
  }

  private endBlock(block: number): string[] {
    const open = this.open.get(block);
    this.open.delete(block);
    if (!open) return [];
    const { content, signature, text } = open;
    if (content.kind === 'call')
      return text === '' && content.tool === 'function' ? [this.callDelta(open, '"{}"')] : [];
    if (content.kind === 'reasoning' && signature) {
      return this.put({ reasoning_details: [writeSignedReasoning(text, signature, this.details++)] });
    }
    const annotations = writeAnnotations(open.citations, open.from, this.textLength);
    return annotations.length > 0 ? this.put({ annotations }) : [];
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string[] {
    if (event.stop === 'error' || event.stop === 'malformed_call') return [chatErrorEvent(INTERRUPTED)];
    let out = this.chunk('{}', `"${writeFinishReason(event.stop)}"`);
    if (this.view.includeUsage) {
      const usage = writeChatUsage(streamUsage(this.usage, this.view.inputEstimate, this.textBytes));
      out += `${this.head},"choices":[],"usage":${JSON.stringify(usage)}}\n\n`;
    }
    return [`${out}data: [DONE]\n\n`];
  }
}

export const createChatStreamEncoder = (view: AnswerView): Machine<StreamEvent, string> =>
  new ChatStreamEncoder(view);
