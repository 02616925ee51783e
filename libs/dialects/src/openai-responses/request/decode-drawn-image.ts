import type { JsonObject } from '@turnpike/kernel';
import type { MediaPart } from '@turnpike/protocol';
import { drawnImage } from '../response/read-items';

/** An image that a model drew and the client sends back; undefined: without its bytes. Its own server gets the item. */
export function decodeDrawnImage(item: JsonObject): MediaPart | undefined {
  const image = drawnImage(item);
  return image && { kind: 'image', source: { kind: 'base64', ...image }, native: item };
}
