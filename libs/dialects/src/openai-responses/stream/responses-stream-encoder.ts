import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import {
  chain,
  mergeUsage,
  type BlockContent,
  type Machine,
  type Phase,
  type StreamEvent,
  type Usage,
  type VendorError,
} from '@turnpike/protocol';
import { createAnswerCallIds, streamUsage } from '../../answer';
import type { AnswerView } from '../../dialect';
import { INTERRUPTED } from '../error/responses-error-event';
import { asksToCompact, createCompactionMachine } from '../response/compaction';
import {
  incompleteReason,
  writeEcho,
  writeOwnMembers,
  type ResponseState,
} from '../response/response-object';
import {
  itemId,
  opaquePrefix,
  RESPONSES_CALL_ID,
  writeCallProof,
  writeDrawnImage,
  writeOpaque,
  writeReasoning,
  writeRedacted,
} from '../response/write-items';
import { writeResponsesUsage } from '../usage';
import { ItemSink } from './item-sink';
import { CallBlock, ReasoningBlock, type OpenBlock } from './open-item';
import { OpenMessage, TextBlock } from './open-message';

type CallContent = Extract<BlockContent, { kind: 'call' }>;
type TextContent = Extract<BlockContent, { kind: 'text' | 'refusal' }>;

/**
 * Canonical events to Responses events. Items may interleave, as the format allows; neighbouring texts are parts of one
 * message, and text behind anything else begins a new one.
 */
class ResponsesStreamEncoder implements Machine<StreamEvent, string> {
  private readonly sink = new ItemSink();
  private readonly open = new Map<number, OpenBlock>();
  /** JSON of what every response repeats of the request, without braces: it can be long, and is written once. */
  private readonly echo: string;
  private readonly newCallId: (id: string) => string;
  private message: OpenMessage | undefined;
  private usage: Usage | undefined;
  private textBytes = 0;
  private refused = false;

  constructor(private readonly view: AnswerView) {
    this.newCallId = createAnswerCallIds(view.id, RESPONSES_CALL_ID);
    this.echo = stringifyJson(writeEcho(view)).slice(1, -1);
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
        return this.begin();
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        return '';
      case 'choice': // nobody asks for several here
        return '';
      case 'block-start':
        return this.start(event.block, event.content);
      case 'block-delta':
        if ('text' in event.delta) this.textBytes += Buffer.byteLength(event.delta.text);
        if (event.delta.kind === 'refusal') this.refused = true;
        return this.open.get(event.block)?.write(event.delta) ?? '';
      case 'block-end':
        return this.endBlock(event.block);
      case 'finish':
        return this.finish(event);
      case 'error':
        return this.fail(event.error);
      case 'interrupted':
        return this.fail(INTERRUPTED);
    }
  }

  private begin(): string {
    const response = this.response({ status: 'in_progress', output: [] });
    return this.sink.whole('response.created', response) + this.sink.whole('response.in_progress', response);
  }

  private response(state: ResponseState): string {
    return `${JSON.stringify(writeOwnMembers(this.view, state)).slice(0, -1)},${this.echo}}`;
  }

  private start(block: number, content: BlockContent): string {
    switch (content.kind) {
      case 'text':
      case 'refusal':
        return this.startText(block, content);
      case 'reasoning':
        this.open.set(block, new ReasoningBlock(this.sink, () => this.openItem('rs')));
        return '';
      case 'call':
        return this.startCall(block, content);
      case 'redacted':
        return this.putWhole('rs', (id) => writeReasoning(id, '', writeRedacted(content.data)));
      case 'media':
        return this.putWhole('ig', (id) => writeDrawnImage(id, content.data));
      case 'opaque':
        return writeOpaque(content, '')
          ? this.putWhole(opaquePrefix(content.raw), (id) => writeOpaque(content, id) ?? {})
          : '';
    }
  }

  private startText(block: number, content: TextContent): string {
    const phase = content.kind === 'text' ? content.phase : undefined;
    const open = new TextBlock(content.kind === 'refusal', this.sink, () => this.openMessage(phase));
    this.open.set(block, open);
    return '';
  }

  private startCall(block: number, content: CallContent): string {
    const { signature } = content;
    const callId = this.newCallId(content.id);
    const proof = signature ? this.putWhole('rs', (id) => writeCallProof(id, signature, callId)) : '';
    const { id, index, text } = this.openItem(content.tool === 'custom' ? 'ctc' : 'fc');
    const call = new CallBlock(content, { id, callId }, this.sink, index);
    this.open.set(block, call);
    return proof + text + call.begin();
  }

  private putWhole(prefix: 'rs' | 'ig' | 'cmp' | 'it', make: (id: string) => JsonObject): string {
    const { id, index, text } = this.openItem(prefix);
    const item = make(id);
    return text + this.sink.added(index, item) + this.sink.done(index, item);
  }

  /** A new item of any kind but a message: the message before it takes no more text. */
  private openItem(prefix: Parameters<typeof itemId>[0]): { id: string; index: number; text: string } {
    const text = this.message?.close('completed') ?? '';
    this.message = undefined;
    const index = this.sink.reserve();
    return { id: itemId(prefix, this.view.id, index), index, text };
  }

  /** Words of another phase are a message of their own. */
  private openMessage(phase: Phase | undefined): { readonly message: OpenMessage; readonly text: string } {
    if (this.message && !this.message.sealed && this.message.head.phase === phase)
      return { message: this.message, text: '' };
    const closed = this.message?.close('completed') ?? '';
    const index = this.sink.reserve();
    const message = new OpenMessage({ id: itemId('msg', this.view.id, index), phase }, this.sink, index);
    this.message = message;
    return { message, text: closed + message.begin() };
  }

  private endBlock(block: number): string {
    const open = this.open.get(block);
    this.open.delete(block);
    return open?.end() ?? '';
  }

  private finish(event: Extract<StreamEvent, { kind: 'finish' }>): string {
    if (event.stop === 'error' || event.stop === 'malformed_call') return this.fail(INTERRUPTED);
    const blocks = [...this.open.keys()].map((block) => this.endBlock(block)).join('');
    const reason = incompleteReason(event.stop, this.refused);
    const status = reason === undefined ? 'completed' : 'incomplete';
    const last = this.message?.close(status) ?? '';
    const usage = writeResponsesUsage(streamUsage(this.usage, this.view.inputEstimate, this.textBytes));
    const output = this.sink.output;
    const response = this.response({ status, reason, output, usage });
    return blocks + last + this.sink.whole(`response.${status}`, response);
  }

  /** What is open stays open: nothing is closed as if it were whole. */
  private fail(error: VendorError): string {
    const usage = this.usage && writeResponsesUsage(this.usage);
    const output = this.sink.output;
    return this.sink.whole('response.failed', this.response({ status: 'failed', error, output, usage }));
  }
}

export function createResponsesStreamEncoder(view: AnswerView): Machine<StreamEvent, string> {
  const encoder = new ResponsesStreamEncoder(view);
  return asksToCompact(view.request) ? chain(createCompactionMachine(), encoder) : encoder;
}
