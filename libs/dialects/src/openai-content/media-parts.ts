import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  writeCacheMark,
  type CacheMark,
  type Capabilities,
  type LossLog,
  type MediaPart,
  type MediaSource,
  type Part,
} from '@turnpike/protocol';
import type { EncodeTarget } from '../dialect';
import { BREAKPOINT } from './breakpoint';

/** What the encoders of the vendor's dialects know of a target when they come upon media. */
export interface MediaEncoding {
  readonly target: EncodeTarget;
  readonly capabilities: Capabilities;
  readonly sameDialect: boolean;
  readonly losses: LossLog;
}

const refuse = (message: string): never => {
  throw new GatewayError('unsupported_content', message);
};

/** @throws GatewayError where the model sees nothing. */
export function checkImages({ capabilities, target }: MediaEncoding): void {
  if (capabilities.images === false)
    refuse(`The model ${target.model} takes no images; remove them or choose a model with vision.`);
}

/** @throws GatewayError where the model takes no documents but their words. */
export function checkDocuments({ capabilities, target }: MediaEncoding): void {
  if (capabilities.documents === false)
    refuse(`The model ${target.model} takes no documents; send their text instead.`);
}

/** File ids belong to one vendor's account; another vendor's is refused, never forwarded. */
export function checkReference(
  { vendor }: Extract<MediaSource, { kind: 'file' }>,
  { sameDialect, target }: MediaEncoding,
): void {
  if (!sameDialect && vendor !== target.vendor)
    refuse(`A file reference belongs to ${vendor}; send the file's content instead.`);
}

const FILE_NAMES: ReadonlyMap<string, string> = new Map([['application/pdf', 'document.pdf']]);

/** A file has to have a name; one that nobody named is called what it is. */
export const fileName = ({ name }: MediaPart, mimeType: string): string =>
  name ?? FILE_NAMES.get(mimeType) ?? 'document';

/** `input_audio`. @throws GatewayError where the model hears nothing, or what it is to hear is not here. */
export function audioPart({ source }: MediaPart, { capabilities, target }: MediaEncoding): JsonObject {
  if (capabilities.audio === false)
    refuse(`The model ${target.model} takes no audio; send its words instead.`);
  if (source.kind !== 'base64')
    return refuse('Audio given by URL is not supported; send its content as base64.');
  const format = source.mimeType === 'audio/mpeg' ? 'mp3' : source.mimeType.replace(/^audio\//, '');
  return { type: 'input_audio', input_audio: { data: source.data, format } };
}

/** A mark of the prompt cache in the words that the server takes; most take none. */
export function writeMark(
  mark: CacheMark | undefined,
  { capabilities }: Pick<MediaEncoding, 'capabilities'>,
): JsonObject {
  if (mark === undefined) return {};
  if (capabilities.cacheMarks === true) return { cache_control: writeCacheMark(mark) };
  return capabilities.cacheBreakpoints === true ? { [BREAKPOINT]: { mode: 'explicit' } } : {};
}

export const cacheMark = (part: Part, encoding: Pick<MediaEncoding, 'capabilities'>): JsonObject =>
  'cache' in part ? writeMark(part.cache, encoding) : {};

/** What a client wrote on a part for its own server; a breakpoint only where it is not refused or told otherwise. */
export function partMembers(
  native: JsonObject | undefined,
  { capabilities, sameDialect }: Pick<MediaEncoding, 'capabilities' | 'sameDialect'>,
): JsonObject {
  if (!sameDialect || native === undefined) return {};
  const { cacheBreakpoints, cacheMarks } = capabilities;
  if ((cacheBreakpoints !== false && cacheMarks !== true) || native[BREAKPOINT] === undefined) return native;
  const { [BREAKPOINT]: _refused, ...rest } = native;
  return rest;
}

/** Members of a part that only the client's dialect knows: for its own server alone. */
export function ownMembers({ native }: MediaPart, encoding: MediaEncoding): JsonObject {
  if (native === undefined) return {};
  if (encoding.sameDialect) return partMembers(native, encoding);
  Object.keys(native).forEach((name) => name === BREAKPOINT || encoding.losses.dropped(name));
  return {};
}
