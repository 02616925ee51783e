import { isObject, type JsonObject } from '@turnpike/kernel';
import type { StopReason, Usage, VendorError } from '@turnpike/protocol';
import { eventData, isErrorEvent, objectOf, objectsOf, readVendorError, textOf } from '../../answer';
import { TAP, type StreamTap } from '../../dialect';
import { readFinishReason } from '../../openai-chat/response/chat-stop';
import type { Units } from '../operation-wire';
import { readCost } from './read-cost';

/** Events beyond this hold a picture or a piece of sound; they are parsed only for what they cost. */
const LARGE_EVENT_BYTES = 64 * 1024;
const DONE = /^\[DONE\]\s*$/;
/** `image_generation.completed`, `speech.audio.done`, `transcript.text.done`. */
const LAST_TYPE = /\.(?:done|completed)$/;
const NAMED_LAST = /"type":\s*"[\w.]+\.(?:done|completed)"/;

/** Meters an operation's stream that is passed on untouched: completions, pictures, sound, transcripts. */
class OperationTap implements StreamTap {
  usage: Usage | undefined;
  units: Units | undefined;
  stop: StopReason | undefined;
  error: VendorError | undefined;
  textBytes = 0;
  readonly model = undefined;

  inspect(bytes: Buffer, start: number, end: number): number {
    const event = bytes.subarray(start, end);
    if (event.length > LARGE_EVENT_BYTES && !event.includes('"usage"') && !event.includes('"error"'))
      return this.skim(event);
    const text = event.toString('utf8');
    const data = eventData(text);
    if (data === undefined) return 0;
    if (DONE.test(data)) return TAP.TERMINAL;
    const body: unknown = JSON.parse(data);
    if (!isObject(body)) return TAP.CONTENT;
    return this.read(body, isErrorEvent(text));
  }

  private skim(event: Buffer): number {
    const ends = NAMED_LAST.test(event.toString('latin1', 0, 400));
    if (ends) this.stop = 'end';
    return TAP.CONTENT | (ends ? TAP.FINISH : 0);
  }

  private read(body: JsonObject, named: boolean): number {
    const error = body.error ?? (named || body.type === 'error' ? body : undefined);
    if (error !== undefined && error !== null) {
      this.error = readVendorError(objectOf(error) ?? error);
      return TAP.ERROR;
    }
    const cost = readCost(body);
    if (cost.usage) this.usage = cost.usage;
    if (cost.units) this.units = cost.units;
    const choices = objectsOf(body.choices);
    if (Array.isArray(body.choices) && choices.length === 0) return cost.usage ? TAP.USAGE_ONLY : 0;
    const said = [...choices.map(({ text }) => textOf(text)), textOf(body.delta)];
    for (const text of said) this.textBytes += Buffer.byteLength(text ?? '');
    const stop = choices.map(readFinishReason).find((reason) => reason !== undefined) ?? typedEnd(body);
    if (stop) this.stop = stop;
    const content = choices.length === 0 || said.some((text) => text !== undefined);
    return (content ? TAP.CONTENT : 0) | (stop ? TAP.FINISH : 0);
  }
}

const typedEnd = ({ type }: JsonObject): StopReason | undefined =>
  typeof type === 'string' && LAST_TYPE.test(type) ? 'end' : undefined;

export const createOperationTap = (): StreamTap & { readonly units: Units | undefined } => new OperationTap();
