import { IMAGE_WIRES, imageFront, type ImageAnswer, type ImageRequest } from '@turnpike/dialects';
import type { OperationPlan } from './translated-operation';

/** `POST /v1/images/generations`. */
export const IMAGES: OperationPlan<ImageRequest, ImageAnswer> = {
  operation: 'image-generations',
  front: imageFront,
  wires: IMAGE_WIRES,
  forward: (body, target, wire) => (wire === 'openai' ? body.forwardTo(target) : undefined),
  // Models that chat in pictures are asked where chats are.
  pathOf: (wire) => (wire === 'gemini-image' ? 'generate' : 'image-generations'),
};
