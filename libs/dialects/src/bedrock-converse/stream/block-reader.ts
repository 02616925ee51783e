import type { JsonObject } from '@turnpike/kernel';
import { objectOf, textOf } from '../../answer';
import type { AnswerSink } from '../../upstream-only';
import { sealThinking } from '../sealed-thinking';

/** What a block holds back until it is whole. */
interface HeldBlock {
  signature: string;
  /** Encrypted thinking and images come in pieces of base64. */
  sealed: string[];
  image: { readonly format: string; readonly bytes: string[] } | undefined;
}

/** One piece stays as it was written; several are padded each. */
const joinBase64 = (pieces: readonly string[]): string =>
  pieces.length === 1
    ? (pieces[0] ?? '')
    : Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64');

/** Content blocks of one stream. Only calls and images are announced: text and thinking begin with their first delta. */
export class BlockReader {
  calls = 0;
  private readonly held = new Map<string, HeldBlock>();

  constructor(
    private readonly sink: AnswerSink,
    private readonly vendor: string,
  ) {}

  start(event: JsonObject): void {
    const key = keyOf(event);
    const start = objectOf(event.start);
    const toolUse = objectOf(start?.toolUse);
    const image = objectOf(start?.image);
    if (image) this.hold(key).image = { format: textOf(image.format) ?? 'png', bytes: [] };
    if (!toolUse) return;
    const name = textOf(toolUse.name);
    if (name === undefined) return this.sink.failMalformed('a tool call without a name');
    this.calls++;
    this.sink.close(key);
    this.sink.begin(key, { kind: 'call', id: textOf(toolUse.toolUseId) ?? '', name, tool: 'function' });
  }

  delta(event: JsonObject): void {
    const key = keyOf(event);
    const delta = objectOf(event.delta);
    const text = textOf(delta?.text);
    if (text !== undefined) this.sink.say(key, 'text', text);
    const args = textOf(objectOf(delta?.toolUse)?.input);
    if (args !== undefined) this.addArguments(key, args);
    const reasoning = objectOf(delta?.reasoningContent);
    if (reasoning) this.think(key, reasoning);
    const bytes = textOf(objectOf(objectOf(delta?.image)?.source)?.bytes);
    if (bytes !== undefined) this.held.get(key)?.image?.bytes.push(bytes);
  }

  stop(event: JsonObject): void {
    this.end(keyOf(event));
  }

  stopAll(): void {
    for (const key of [...this.held.keys()]) this.end(key);
    this.sink.closeAll();
  }

  private addArguments(key: string, text: string): void {
    if (this.sink.isOpen(key, 'call')) this.sink.add(key, { kind: 'arguments', text });
    else this.sink.failMalformed('arguments of a tool call that has not begun');
  }

  private think(key: string, reasoning: JsonObject): void {
    this.sink.say(key, 'reasoning', textOf(reasoning.text) ?? '');
    const signature = textOf(reasoning.signature);
    if (signature !== undefined) this.hold(key).signature += signature;
    const sealed = textOf(reasoning.redactedContent);
    if (sealed !== undefined) this.hold(key).sealed.push(sealed);
  }

  private hold(key: string): HeldBlock {
    const known = this.held.get(key);
    if (known) return known;
    const block: HeldBlock = { signature: '', sealed: [], image: undefined };
    this.held.set(key, block);
    return block;
  }

  /** A signature is sent once and whole. */
  private end(key: string): void {
    const { signature, sealed, image } = this.held.get(key) ?? {};
    this.held.delete(key);
    if (signature) {
      this.sink.begin(key, { kind: 'reasoning' });
      this.sink.add(key, { kind: 'signature', signature: { vendor: this.vendor, value: signature } });
    }
    this.sink.close(key);
    if (sealed && sealed.length > 0)
      this.sink.put(
        { kind: 'reasoning' },
        { kind: 'signature', signature: sealThinking(joinBase64(sealed), this.vendor) },
      );
    if (image && image.bytes.length > 0)
      this.sink.put({ kind: 'media', mimeType: `image/${image.format}`, data: joinBase64(image.bytes) });
  }
}

const keyOf = ({ contentBlockIndex }: JsonObject): string =>
  typeof contentBlockIndex === 'number' ? `block:${contentBlockIndex}` : 'block';
