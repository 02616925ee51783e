import { GatewayError, type JsonObject } from '@turnpike/kernel';
import { NO_USAGE } from '@turnpike/protocol';
import { readCost } from '../reading';
import { geminiImageWire, imageFront, imagenWire, nearestRatio, type ImageRequest } from '.';

const asked: ImageRequest = { prompt: 'p', count: 6, size: { width: 1792, height: 1024 }, more: ['quality'] };
const part = (data: string, more = {}): JsonObject => ({
  candidates: [
    {
      content: { parts: [{ text: 'Here.' }, { inlineData: { mimeType: 'image/png', data } }] },
      finishReason: 'STOP',
      ...more,
    },
  ],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5 },
});

describe('imageFront', () => {
  it('reads what is asked', () => {
    const body = {
      model: 'm',
      prompt: 'p',
      n: 6,
      size: '1792x1024',
      quality: 'high',
      response_format: 'url',
      user: null,
    };
    expect(imageFront.decode(body)).toEqual({ ...asked, more: ['quality', 'response_format'] });
    expect(imageFront.decode({ prompt: 'p', size: 'auto' })).toEqual({ prompt: 'p', count: 1, more: [] });
  });

  it.each<[string, JsonObject, string]>([
    ['no prompt', {}, 'prompt'],
    ['a prompt in pieces', { prompt: ['p'] }, 'prompt'],
    ['no picture', { prompt: 'p', n: 0 }, 'n'],
    ['too many', { prompt: 'p', n: 11 }, 'n'],
    ['a size in words', { prompt: 'p', size: 'large' }, 'size'],
  ])('refuses %s', (_, body, param) => {
    const act = (): unknown => imageFront.decode(body);
    expect(act).toThrow(GatewayError);
    expect(act).toThrow(expect.objectContaining({ details: { param } }) as Error);
  });

  it('writes pictures and what they cost', () => {
    const context = {
      request: asked,
      cost: { usage: { ...NO_USAGE, input: 3, output: 5 } },
      view: { id: '1', model: 'm', createdAt: 7 },
    };
    const images = [{ data: 'AA', revisedPrompt: 'r' }, { data: 'BB' }];
    expect(imageFront.encode({ images }, context)).toEqual({
      created: 7,
      data: [{ b64_json: 'AA', revised_prompt: 'r' }, { b64_json: 'BB' }],
      usage: {
        input_tokens: 3,
        output_tokens: 5,
        total_tokens: 8,
        input_tokens_details: { text_tokens: 3, image_tokens: 0 },
      },
    });
    expect(imageFront.encode({ images: [] }, { ...context, cost: {} })).not.toHaveProperty('usage');
  });
});

describe('what vendors are asked', () => {
  const losses = ['approximated:size', 'dropped:quality'];

  it('Imagen, four at a time', () => {
    expect(imagenWire.encode(asked, 'imagen-4')).toEqual({
      bodies: [4, 2].map((sampleCount) => ({
        instances: [{ prompt: 'p' }],
        parameters: { sampleCount, aspectRatio: '16:9' },
      })),
      losses,
    });
  });

  it('Gemini, one at a time', () => {
    const { bodies } = geminiImageWire.encode(asked, 'gemini-2.5-flash-image');
    expect(bodies).toHaveLength(6);
    expect(bodies[5]).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'p' }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '16:9' } },
    });
  });

  it.each([
    [1024, 1024, '1:1'],
    [1024, 1536, '2:3'],
    [1536, 1024, '3:2'],
    [512, 2048, '9:16'],
    [3000, 1000, '21:9'],
  ])('%d x %d is %s', (width, height, ratio) => {
    expect(nearestRatio({ width, height }, ['1:1', '2:3', '3:2', '9:16', '16:9', '21:9'])).toBe(ratio);
  });
});

describe('what vendors answer', () => {
  it('is read as pictures', () => {
    const predictions = [{ bytesBase64Encoded: 'AA', prompt: 'r' }, { raiFilteredReason: 'one of them' }];
    expect(
      imagenWire.decode([{ predictions }, { predictions: [{ bytesBase64Encoded: 'BB' }] }], asked),
    ).toEqual({
      images: [{ data: 'AA', revisedPrompt: 'r' }, { data: 'BB' }],
    });
    expect(imagenWire.refusal?.({ predictions })).toBeUndefined();
    expect(readCost({ predictions })).toEqual({ units: { image: 1 } });
    expect(geminiImageWire.decode([part('AA'), part('BB')], asked)).toEqual({
      images: [{ data: 'AA' }, { data: 'BB' }],
    });
    expect(geminiImageWire.refusal?.(part('AA'))).toBeUndefined();
  });

  it.each([
    ['Imagen', imagenWire, { predictions: [{ raiFilteredReason: 'people' }] }],
    ['Gemini, before', geminiImageWire, { promptFeedback: { blockReason: 'SAFETY' } }],
    ['Gemini, after', geminiImageWire, { candidates: [{ finishReason: 'IMAGE_SAFETY' }] }],
  ])('is known as withheld: %s', (_, wire, body) => {
    expect(wire.refusal?.(body)).toMatchObject({ code: 'content_filter' });
    expect(() => wire.decode([body], asked)).toThrow(SyntaxError);
  });
});
