import { GatewayError, type JsonObject } from '@turnpike/kernel';
import {
  writeCacheMark,
  type Capabilities,
  type LossLog,
  type MediaPart,
  type MediaSource,
  type Part,
} from '@turnpike/protocol';
import type { EncodeTarget } from '../dialect';

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

/** `cache_control` of a part, for servers that honour it. */
export const cacheMark = (part: Part, { capabilities }: MediaEncoding): JsonObject =>
  capabilities.cacheMarks === true && 'cache' in part && part.cache
    ? { cache_control: writeCacheMark(part.cache) }
    : {};

/** Members of a part that only the client's dialect knows: for its own server alone. */
export function ownMembers({ native }: MediaPart, { sameDialect, losses }: MediaEncoding): JsonObject {
  if (native === undefined) return {};
  if (sameDialect) return native;
  Object.keys(native).forEach((name) => losses.dropped(name));
  return {};
}
