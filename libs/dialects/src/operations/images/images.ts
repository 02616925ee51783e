import type { VendorError } from '@turnpike/protocol';

export interface ImageRequest {
  readonly prompt: string;
  readonly count: number;
  /** Width and height in pixels; undefined: the model's own choice. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What the client said beyond, by name: vendors have no place for it. */
  readonly more: readonly string[];
}

export interface MadeImage {
  /** Base64. */
  readonly data: string;
  readonly revisedPrompt?: string;
}

export interface ImageAnswer {
  readonly images: readonly MadeImage[];
}

/** Nothing was made, and the vendor says why. */
export const withheldImage = (reason: string): VendorError => ({
  message: `The picture was withheld by a content filter (${reason}).`,
  code: 'content_filter',
});

/** The shape among `ratios` that comes closest, by the ratio of the sides. */
export function nearestRatio(
  { width, height }: NonNullable<ImageRequest['size']>,
  ratios: readonly string[],
): string {
  const wanted = Math.log(width / height);
  const distance = (ratio: string): number => {
    const [w = 1, h = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log(w / h) - wanted);
  };
  return [...ratios].sort((a, b) => distance(a) - distance(b))[0] ?? '1:1';
}
