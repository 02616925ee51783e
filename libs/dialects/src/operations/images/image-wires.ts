import type { JsonObject } from '@turnpike/kernel';
import { compact, type Loss } from '@turnpike/protocol';
import { objectOf, objectsOf, textOf } from '../../answer';
import type { OperationWire } from '../operation-wire';
import { nearestRatio, withheldImage, type ImageAnswer, type ImageRequest, type MadeImage } from './images';

const IMAGEN_RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];
const GEMINI_RATIOS = [...IMAGEN_RATIOS, '2:3', '3:2', '4:5', '5:4', '21:9'];
/** Pictures of one exchange. */
const IMAGEN_AT_ONCE = 4;

const lossesOf = ({ size, more }: ImageRequest): readonly Loss[] => [
  ...(size ? ['approximated:size'] : []),
  ...more.map((name) => `dropped:${name}`),
];

function checkImages(images: readonly MadeImage[]): ImageAnswer {
  if (images.length === 0) throw new SyntaxError('no picture');
  return { images };
}

/** Imagen's `:predict`. */
export const imagenWire: OperationWire<ImageRequest, ImageAnswer> = {
  encode: (request) => {
    const { prompt, count, size } = request;
    const calls = Math.ceil(count / IMAGEN_AT_ONCE);
    return {
      bodies: Array.from({ length: calls }, (_, i) => ({
        instances: [{ prompt }],
        parameters: compact({
          sampleCount: Math.min(IMAGEN_AT_ONCE, count - i * IMAGEN_AT_ONCE),
          aspectRatio: size && nearestRatio(size, IMAGEN_RATIOS),
        }),
      })),
      losses: lossesOf(request),
    };
  },
  decode: (bodies) =>
    checkImages(
      bodies.flatMap((body) =>
        objectsOf(body.predictions).flatMap(({ bytesBase64Encoded, prompt }) =>
          typeof bytesBase64Encoded === 'string'
            ? [compact<MadeImage>({ data: bytesBase64Encoded, revisedPrompt: textOf(prompt) })]
            : [],
        ),
      ),
    ),
  refusal: (body) => {
    const reason = objectsOf(body.predictions)
      .map(({ raiFilteredReason }) => textOf(raiFilteredReason))
      .find((text) => text !== undefined);
    return reason === undefined || hasImage(body) ? undefined : withheldImage(reason);
  },
};

const hasImage = (body: JsonObject): boolean =>
  objectsOf(body.predictions).some(({ bytesBase64Encoded }) => typeof bytesBase64Encoded === 'string');

function picturesOf(body: JsonObject): readonly MadeImage[] {
  const parts = objectsOf(body.candidates).flatMap(({ content }) => objectsOf(objectOf(content)?.parts));
  return parts.flatMap((part) => {
    const data = textOf(objectOf(part.inlineData ?? part.inline_data)?.data);
    return data === undefined || part.thought === true ? [] : [{ data }];
  });
}

/** Image models of the Gemini family: a generation that answers with a picture, one at a time. */
export const geminiImageWire: OperationWire<ImageRequest, ImageAnswer> = {
  encode: (request) => {
    const { prompt, count, size } = request;
    const body: JsonObject = {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: compact({
        responseModalities: ['IMAGE'],
        imageConfig: size && { aspectRatio: nearestRatio(size, GEMINI_RATIOS) },
      }),
    };
    return { bodies: Array.from({ length: count }, () => body), losses: lossesOf(request) };
  },
  decode: (bodies) => checkImages(bodies.flatMap(picturesOf)),
  refusal: (body) => {
    if (picturesOf(body).length > 0) return undefined;
    const blocked = textOf(objectOf(body.promptFeedback)?.blockReason);
    const finish = objectsOf(body.candidates)
      .map(({ finishReason }) => textOf(finishReason))
      .find((reason) => reason !== undefined && reason !== 'STOP');
    const reason = blocked ?? finish;
    return reason === undefined ? undefined : withheldImage(reason);
  },
};
