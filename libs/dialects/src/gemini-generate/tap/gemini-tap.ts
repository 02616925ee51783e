import type { JsonObject } from '@turnpike/kernel';
import type { StopReason, Usage, VendorError } from '@turnpike/protocol';
import { eventData, readVendorError, stringSpan, textOf } from '../../answer';
import { TAP, type StreamTap } from '../../dialect';
import { firstCandidate } from '../response/decode-gemini-response';
import { isPromptBlocked, readFinishReason, settleGeminiStop, stopError } from '../response/gemini-stop';
import { PartReader } from '../response/read-parts';
import { parseChunks } from '../stream/parse-chunks';
import { GeminiUsage } from '../usage';
import { camelMembers } from '../wire';
import { partBytes, saysSomething } from './read-gemini-answer';

/** Members that make a chunk more than a piece of text: with one of them it is parsed. */
const TELLING = ['inish', '"error"', 'unction', 'nline', 'xecut', 'romptFeed', 'rompt_feed'];
const TEXT = /"text"\s*:\s*"/g;

/**
 * Meters a stream that is passed on untouched. The usual chunk, pieces of text without anything else, is measured by its
 * marker; its usage is read only when asked for, because every chunk repeats it.
 */
class GeminiTap implements StreamTap {
  error: VendorError | undefined;
  textBytes = 0;
  model: string | undefined;
  private reason: StopReason | undefined;
  private calls = 0;
  private readonly figures = new GeminiUsage();
  private readonly reader = new PartReader();
  /** Event behind the last parsed one: its usage is newer. */
  private unread: string | undefined;
  private parsedOne = false;

  get usage(): Usage | undefined {
    const { unread } = this;
    this.unread = undefined;
    if (unread !== undefined)
      for (const chunk of this.chunksOf(unread)) this.figures.take(chunk.usageMetadata);
    return this.figures.whole();
  }

  get stop(): StopReason | undefined {
    return this.reason && settleGeminiStop(this.reason, this.calls);
  }

  inspect(bytes: Buffer, start: number, end: number): number {
    const event = bytes.toString('latin1', start, end);
    if (this.parsedOne && !TELLING.some((word) => event.includes(word))) {
      const bits = this.skim(event);
      if (bits >= 0) return bits;
    }
    return this.parse(bytes.toString('utf8', start, end));
  }

  /** TAP bits of a chunk of text; -1: it holds none. */
  private skim(event: string): number {
    let shown = -1;
    TEXT.lastIndex = 0;
    for (let hit = TEXT.exec(event); hit; hit = TEXT.exec(event)) {
      const span = stringSpan(event, TEXT.lastIndex);
      TEXT.lastIndex += span;
      shown = Math.max(shown, 0) + span;
    }
    if (shown < 0) return -1;
    this.unread = event;
    this.textBytes += shown;
    return shown > 0 ? TAP.CONTENT : 0;
  }

  private chunksOf(event: string): JsonObject[] {
    const data = eventData(event);
    return ((data === undefined ? undefined : parseChunks(data)) ?? []).map(camelMembers);
  }

  private parse(event: string): number {
    return this.chunksOf(event).reduce((bits, chunk) => bits | this.take(chunk), 0);
  }

  private take(chunk: JsonObject): number {
    this.parsedOne = true;
    this.unread = undefined;
    this.model ??= textOf(chunk.modelVersion);
    this.figures.take(chunk.usageMetadata);
    if (chunk.error) {
      this.error = readVendorError(chunk.error);
      return TAP.ERROR;
    }
    const candidate = firstCandidate(chunk);
    const parts = this.reader.read(candidate);
    for (const part of parts) {
      this.textBytes += partBytes(part);
      if (part.kind === 'call') this.calls++;
    }
    const content = parts.some(saysSomething) ? TAP.CONTENT : 0;
    return content | this.takeStop(chunk, candidate);
  }

  private takeStop(chunk: JsonObject, candidate: JsonObject | undefined): number {
    const blocked = !candidate && isPromptBlocked(chunk) ? 'filtered' : undefined;
    const reason = readFinishReason(candidate?.finishReason) ?? blocked;
    if (reason === undefined) return 0;
    this.reason ??= reason;
    if (reason !== 'error' && reason !== 'malformed_call') return TAP.FINISH | TAP.TERMINAL;
    this.error ??= stopError(candidate);
    return TAP.ERROR;
  }
}

export const createGeminiTap = (): StreamTap => new GeminiTap();
