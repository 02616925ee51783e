import type { Json, JsonObject } from '@turnpike/kernel';
import type { BlockDelta, Phase } from '@turnpike/protocol';
import { writeMessage, writeOutputText, writeRefusal, type ItemStatus } from '../response/write-items';
import { placeHead, type ItemSink } from './item-sink';

/** A message item: it takes text until something else has begun, and closes when its last part has. */
export class OpenMessage {
  sealed = false;
  closed = false;
  private readonly index: number;
  private readonly parts: (JsonObject | undefined)[] = [];
  private openParts = 0;

  constructor(
    readonly head: { readonly id: string; readonly phase?: Phase },
    private readonly sink: ItemSink,
    index: number,
  ) {
    this.index = index;
  }

  begin(): string {
    return this.sink.added(this.index, writeMessage(this.head, 'in_progress', []));
  }

  /** The place of a new part. */
  openPart(part: JsonObject): { readonly place: JsonObject; readonly text: string } {
    const content_index = this.parts.push(undefined) - 1;
    this.openParts++;
    const place = { item_id: this.head.id, output_index: this.index, content_index };
    return { place, text: this.sink.event('response.content_part.added', { ...place, part }) };
  }

  closePart(place: JsonObject, part: JsonObject): string {
    this.parts[Number(place.content_index)] = part;
    this.openParts--;
    const text = this.sink.event('response.content_part.done', { ...place, part });
    return this.sealed ? text + this.close('completed') : text;
  }

  /** Closes the item as soon as none of its parts is open. */
  close(status: ItemStatus): string {
    this.sealed = true;
    if (this.openParts > 0 || this.closed) return '';
    this.closed = true;
    const content = this.parts.filter((part) => part !== undefined);
    return this.sink.done(this.index, writeMessage(this.head, status, content));
  }
}

/** A block of text or of a refusal: a part of a message, opened with its first words. */
export class TextBlock {
  private message: OpenMessage | undefined;
  private place: JsonObject = {};
  private head = '';
  private text = '';
  private readonly citations: Json[] = [];

  constructor(
    private readonly refusal: boolean,
    private readonly sink: ItemSink,
    /** The message that text goes to now, and the events that had to come before it. */
    private readonly openMessage: () => { readonly message: OpenMessage; readonly text: string },
  ) {}

  write(delta: BlockDelta): string {
    if (delta.kind === 'citations') this.citations.push(...delta.citations);
    if ((delta.kind !== 'text' && delta.kind !== 'refusal') || delta.text === '') return '';
    const opening = this.message ? '' : this.open();
    this.text += delta.text;
    return opening + this.say(delta.text);
  }

  end(): string {
    if (!this.message) return '';
    const { place, sink, text } = this;
    if (this.refusal) {
      const done = sink.event('response.refusal.done', { ...place, refusal: text });
      return done + this.message.closePart(place, writeRefusal(text));
    }
    const part = writeOutputText(text, this.citations);
    const annotated = this.annotate(part);
    const done = sink.event('response.output_text.done', { ...place, text, logprobs: [] });
    return annotated + done + this.message.closePart(place, part);
  }

  private open(): string {
    const { message, text } = this.openMessage();
    this.message = message;
    const part = this.refusal ? writeRefusal('') : writeOutputText('', []);
    const opened = message.openPart(part);
    this.place = opened.place;
    this.head = placeHead(opened.place);
    return text + opened.text;
  }

  private say(text: string): string {
    return this.refusal
      ? this.sink.delta('response.refusal.delta', this.head, text)
      : this.sink.delta('response.output_text.delta', this.head, text, ',"logprobs":[]');
  }

  private annotate(part: JsonObject): string {
    const annotations = Array.isArray(part.annotations) ? part.annotations : [];
    const event = 'response.output_text.annotation.added';
    return annotations
      .map((annotation, annotation_index) =>
        this.sink.event(event, { ...this.place, annotation_index, annotation }),
      )
      .join('');
  }
}
