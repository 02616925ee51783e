import { omitMedia, type ChatRequest, type Envelope, type Loss, type MediaKind } from '@turnpike/protocol';
import type { UpstreamDialectId } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';

/** Kinds that a wire has no place for, whatever the model. */
const WITHOUT: Readonly<Partial<Record<UpstreamDialectId, readonly MediaKind[]>>> = {
  'openai-chat': ['video'],
  'openai-responses': ['audio', 'video'],
  'anthropic-messages': ['audio', 'video'],
  'bedrock-converse': ['audio'],
  'cohere-chat': ['audio', 'video'],
  'ollama-chat': ['audio', 'video'],
};

/** What the model is known not to take. */
const lacksByModel = ({ images, documents, audio, video }: Target['capabilities']): MediaKind[] => [
  ...(images === false ? (['image'] as const) : []),
  ...(documents === false ? (['file'] as const) : []),
  ...(audio === false ? (['audio'] as const) : []),
  ...(video === false ? (['video'] as const) : []),
];

const known = new WeakMap<Target, ReadonlySet<MediaKind>>();

/** Kinds of media that a target cannot be sent. */
export function lackingMedia(target: Target): ReadonlySet<MediaKind> {
  let lacking = known.get(target);
  if (!lacking) {
    lacking = new Set([...lacksByModel(target.capabilities), ...(WITHOUT[target.dialect] ?? [])]);
    known.set(target, lacking);
  }
  return lacking;
}

/** Media in dialects that mark it by a member's name instead of a type. */
const MARKS = ['inlineData', 'inline_data', 'fileData', 'file_data', 'input_audio', 'video_url'];

/** Whether a body has to be looked into, because the model cannot take everything that may be in it. Asked per call. */
export function mayLackMedia(envelope: Envelope, { capabilities }: Target): boolean {
  const { images, documents, audio, video } = capabilities;
  if (images !== false && documents !== false && audio !== false && video !== false) return false;
  return envelope.images + envelope.documents > 0 || MARKS.some((mark) => envelope.bytes.includes(mark));
}

/** What a target is told of media that it cannot take: nothing, so that it is refused, or words. */
export function applyMediaPolicy(
  request: ChatRequest,
  target: Target,
): { readonly request: ChatRequest; readonly losses: readonly Loss[] } {
  if (target.unsupportedMedia !== 'drop_with_placeholder') return { request, losses: [] };
  const { request: told, omitted } = omitMedia(request, lackingMedia(target));
  return { request: told, losses: omitted.map((kind) => `dropped:${kind}`) };
}
