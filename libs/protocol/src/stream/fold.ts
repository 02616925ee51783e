import type { Json } from '@turnpike/kernel';
import type { CallPart, Part, ReasoningPart, Signature } from '../canonical/content';
import type { ChatResponse, Choice } from '../canonical/response';
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
            phase: content.phase,
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
    case 'media': {
      const { data, mimeType } = content;
      return {
        kind: mimeType.startsWith('audio/') ? 'audio' : 'image',
        source: { kind: 'base64', data, mimeType },
      };
    }
    case 'opaque':
      return { kind: 'opaque', vendor: content.vendor, raw: content.raw };
  }
}

/** Blocks of one choice. */
class ChoiceFold {
  private readonly blocks = new Map<number, Gathered>();
  private finish: Extract<StreamEvent, { kind: 'finish' }> | undefined;

  push(event: StreamEvent): void {
    if (event.kind === 'finish') this.finish = event;
    else if (event.kind === 'block-start')
      this.blocks.set(event.block, { content: event.content, text: '', citations: [] });
    else if (event.kind === 'block-delta') {
      const block = this.blocks.get(event.block);
      if (block) gather(block, event.delta);
    }
  }

  /** Blocks in the order of their starts, those that said nothing left out. */
  choice(): Omit<Choice, 'choice'> {
    return {
      parts: [...this.blocks.values()].map(toPart).filter((part) => part !== undefined),
      stop: this.finish?.stop ?? 'error',
      stopSequence: this.finish?.stopSequence,
      stopDetails: this.finish?.stopDetails,
    };
  }
}

/** A stream gathered into a whole answer, and what the meter says of it. */
export interface StreamFold {
  push(event: StreamEvent): void;
  readonly meter: StreamMeter;
  /** What has come so far. */
  response(): ChatResponse;
}

export function createFold(): StreamFold {
  const meter = createMeter();
  const first = new ChoiceFold();
  const others = new Map<number, ChoiceFold>();
  let start: Extract<StreamEvent, { kind: 'start' }> | undefined;

  function pushOther(choice: number, event: StreamEvent): void {
    const known = others.get(choice) ?? new ChoiceFold();
    others.set(choice, known);
    known.push(event);
  }

  return {
    meter,
    push(event) {
      meter.push(event);
      if (event.kind === 'start') start = event;
      else if (event.kind === 'choice') pushOther(event.choice, event.event);
      else first.push(event);
    },
    response: () =>
      compact<ChatResponse>({
        id: start?.id,
        model: start?.model,
        createdAt: start?.createdAt,
        ...first.choice(),
        others: others.size === 0 ? undefined : foldOthers(others),
        usage: meter.usage,
      }),
  };
}

const foldOthers = (others: ReadonlyMap<number, ChoiceFold>): Choice[] =>
  [...others]
    .sort(([a], [b]) => a - b)
    .map(([choice, fold]) => compact<Choice>({ choice, ...fold.choice() }));

/** A whole stream at once. */
export function foldStream(events: readonly StreamEvent[]): ChatResponse {
  const fold = createFold();
  for (const event of events) fold.push(event);
  return fold.response();
}
