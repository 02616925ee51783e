import type { Json } from '@turnpike/kernel';
import type { CallPart, Part, ReasoningPart, Signature } from '../canonical/content';
import type { ChatResponse } from '../canonical/response';
import { compact } from '../normalise/read-member';
import type { BlockContent, BlockDelta, StreamEvent } from './events';
import { createMeter, type StreamMeter } from './meter';

interface Gathered {
  readonly content: BlockContent;
  text: string;
  signature?: Signature;
  citations: Json[];
}

function gather(block: Gathered, delta: BlockDelta): void {
  if (delta.kind === 'signature') block.signature = delta.signature;
  else if (delta.kind === 'citations') block.citations.push(...delta.citations);
  else block.text += delta.text;
}

function callPart(block: Gathered, content: Extract<BlockContent, { kind: 'call' }>): CallPart {
  const blank = content.tool === 'function' && block.text.trim() === '';
  return compact({
    ...content,
    args: blank ? '{}' : block.text,
    signature: block.signature ?? content.signature,
  });
}

function reasoningPart(block: Gathered, itemId: string | undefined): ReasoningPart | undefined {
  const { text, signature } = block;
  if (text === '' && signature === undefined) return undefined;
  return compact<ReasoningPart>({
    kind: 'reasoning',
    text: text === '' ? undefined : text,
    signature,
    itemId,
  });
}

/** undefined: the block said nothing. */
function toPart(block: Gathered): Part | undefined {
  const { content, text, citations } = block;
  switch (content.kind) {
    case 'text':
      return text === '' && !block.signature
        ? undefined
        : compact<Part>({
            kind: 'text',
            text,
            citations: citations.length > 0 ? citations : undefined,
            signature: block.signature,
          });
    case 'reasoning':
      return reasoningPart(block, content.itemId);
    case 'redacted':
      return { kind: 'reasoning', redacted: content.data };
    case 'refusal':
      return text === '' ? undefined : { kind: 'refusal', text };
    case 'call':
      return callPart(block, content);
    case 'media':
      return { kind: 'image', source: { kind: 'base64', data: content.data, mimeType: content.mimeType } };
    case 'opaque':
      return { kind: 'opaque', vendor: content.vendor, raw: content.raw };
  }
}

/** A stream gathered into a whole answer, and what the meter says of it. */
export interface StreamFold {
  push(event: StreamEvent): void;
  readonly meter: StreamMeter;
  /** What has come so far; blocks in the order of their starts, those that said nothing left out. */
  response(): ChatResponse;
}

export function createFold(): StreamFold {
  const meter = createMeter();
  const blocks = new Map<number, Gathered>();
  let start: Extract<StreamEvent, { kind: 'start' }> | undefined;
  let finish: Extract<StreamEvent, { kind: 'finish' }> | undefined;

  return {
    meter,
    push(event) {
      meter.push(event);
      if (event.kind === 'start') start = event;
      else if (event.kind === 'finish') finish = event;
      else if (event.kind === 'block-start')
        blocks.set(event.block, { content: event.content, text: '', citations: [] });
      else if (event.kind === 'block-delta') {
        const block = blocks.get(event.block);
        if (block) gather(block, event.delta);
      }
    },
    response: () =>
      compact<ChatResponse>({
        id: start?.id,
        model: start?.model,
        createdAt: start?.createdAt,
        parts: [...blocks.values()].map(toPart).filter((part) => part !== undefined),
        stop: finish?.stop ?? 'error',
        stopSequence: finish?.stopSequence,
        usage: meter.usage,
      }),
  };
}

/** A whole stream at once. */
export function foldStream(events: readonly StreamEvent[]): ChatResponse {
  const fold = createFold();
  for (const event of events) fold.push(event);
  return fold.response();
}
