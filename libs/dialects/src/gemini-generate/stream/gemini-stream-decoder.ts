import type { JsonObject } from '@turnpike/kernel';
import type { BlockContent, EndReason, Machine, SseEvent, StopReason, StreamEvent } from '@turnpike/protocol';
import { malformedEvent, readVendorError, textOf } from '../../answer';
import type { StreamDecoderOptions } from '../../dialect';
import { VENDOR } from '../gemini-id';
import { firstCandidate, readCreateTime } from '../response/decode-gemini-response';
import { isPromptBlocked, readFinishReason, settleGeminiStop, stopError } from '../response/gemini-stop';
import { readCitations } from '../response/grounding';
import { continues, PartReader, type SaidPart, type SaidText } from '../response/read-parts';
import { GeminiUsage } from '../usage';
import { camelMembers } from '../wire';
import { parseChunks } from './parse-chunks';

/**
 * Chunks to canonical events. Parts are whole: only neighbouring text and thoughts grow together. The finish is told at
 * the end of the body, because usage may come after the reason; without any reason the stream is broken, not finished.
 */
class GeminiStreamDecoder implements Machine<SseEvent, StreamEvent> {
  private readonly reader: PartReader;
  private readonly usage = new GeminiUsage();
  private blocks = 0;
  private calls = 0;
  private started = false;
  private over = false;
  private open: { readonly block: number; readonly kind: SaidPart['kind'] } | undefined;
  private text = '';
  private stop: StopReason | undefined;

  constructor(vendor: string) {
    this.reader = new PartReader(vendor);
  }

  push(event: SseEvent): StreamEvent[] {
    if (this.over || event.data.trim() === '[DONE]') return [];
    const chunks = parseChunks(event.data);
    if (!chunks) return this.fail(malformedEvent('a stream event that is not JSON'));
    const out: StreamEvent[] = [];
    for (const chunk of chunks) if (!this.over) out.push(...this.pushChunk(camelMembers(chunk)));
    return out;
  }

  end(reason: EndReason): StreamEvent[] {
    if (this.over) return [];
    if (this.stop === undefined) return this.fail({ kind: 'interrupted', reason });
    this.over = true;
    const finish: StreamEvent = { kind: 'finish', stop: settleGeminiStop(this.stop, this.calls) };
    return [...this.begin({}), ...this.close(), finish];
  }

  private pushChunk(chunk: JsonObject): StreamEvent[] {
    if (chunk.error) return this.fail({ kind: 'error', error: readVendorError(chunk.error) });
    const candidate = firstCandidate(chunk);
    const out = this.begin(chunk);
    for (const part of this.reader.read(candidate)) this.say(part, out);
    if (candidate) this.cite(candidate, out);
    if (this.usage.take(chunk.usageMetadata)) out.push({ kind: 'usage', usage: this.usage.partial() });
    this.stop ??= readFinishReason(candidate?.finishReason);
    if (!candidate && isPromptBlocked(chunk)) this.stop ??= 'filtered';
    if (this.stop !== 'error' && this.stop !== 'malformed_call') return out;
    return [...out, ...this.fail({ kind: 'error', error: stopError(candidate) })];
  }

  private say(part: SaidPart, out: StreamEvent[]): void {
    if ('text' in part) return this.sayText(part, out);
    out.push(...this.close());
    const block = this.blocks++;
    if (part.kind === 'call') this.calls++;
    out.push({ kind: 'block-start', block, content: contentOf(part) });
    if (part.kind === 'call' && part.args !== '{}')
      out.push({ kind: 'block-delta', block, delta: { kind: 'arguments', text: part.args } });
    out.push({ kind: 'block-end', block });
  }

  private sayText(part: SaidText, out: StreamEvent[]): void {
    const { kind, text, signature } = part;
    if (!continues(part, this.open?.kind)) {
      out.push(...this.close());
      this.open = { block: this.blocks++, kind };
      out.push({ kind: 'block-start', block: this.open.block, content: { kind } });
    }
    const block = this.open?.block ?? 0;
    const sign: StreamEvent[] = signature
      ? [{ kind: 'block-delta', block, delta: { kind: 'signature', signature } }]
      : [];
    if (kind === 'text') {
      this.text += text;
      out.push(...sign);
    }
    if (text !== '') out.push({ kind: 'block-delta', block, delta: { kind, text } });
    if (kind === 'reasoning') out.push(...sign);
    if (signature) out.push(...this.close());
  }

  private cite(candidate: JsonObject, out: StreamEvent[]): void {
    if (this.open?.kind !== 'text') return;
    const citations = readCitations(candidate.groundingMetadata, this.text);
    if (citations.length > 0)
      out.push({ kind: 'block-delta', block: this.open.block, delta: { kind: 'citations', citations } });
  }

  private close(): StreamEvent[] {
    const { open } = this;
    this.open = undefined;
    return open ? [{ kind: 'block-end', block: open.block }] : [];
  }

  private begin(chunk: JsonObject): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    const id = textOf(chunk.responseId);
    const model = textOf(chunk.modelVersion);
    const createdAt = readCreateTime(chunk);
    return [
      {
        kind: 'start',
        ...(id === undefined ? {} : { id }),
        ...(model === undefined ? {} : { model }),
        ...(createdAt === undefined ? {} : { createdAt }),
      },
    ];
  }

  private fail(error: StreamEvent): StreamEvent[] {
    this.over = true;
    return [...this.begin({}), error];
  }
}

function contentOf(part: Exclude<SaidPart, SaidText>): BlockContent {
  switch (part.kind) {
    case 'media':
      return part;
    case 'opaque':
      return { kind: 'opaque', vendor: VENDOR, raw: part.raw };
    case 'call': {
      const { id, name, tool, signature } = part;
      return { kind: 'call', id, name, tool, ...(signature ? { signature } : {}) };
    }
  }
}

export const createGeminiStreamDecoder = (options: StreamDecoderOptions): Machine<SseEvent, StreamEvent> =>
  new GeminiStreamDecoder(options.vendor ?? VENDOR);
