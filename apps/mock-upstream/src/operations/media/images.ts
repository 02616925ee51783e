import type { JsonObject } from '@turnpike/kernel';
import type { AnswerUsage } from '../../answer/answer';
import type { MemberRule } from '../../wire/member-rules';
import {
  aBoolean,
  anInteger,
  asText,
  checkMembers,
  nameSet,
  oneOf,
  unknownMember,
} from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { WireRequest } from '../../wire/wire-request';
import type { Reply, ServiceCall, WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, pixelOf } from '../deterministic';

const KNOWN =
  nameSet(`model prompt n size quality response_format output_format output_compression background style user
  moderation stream partial_images input_fidelity`);
const RULES: Record<string, MemberRule> = {
  stream: aBoolean,
  n: anInteger(1, 10),
  partial_images: anInteger(0, 3),
  response_format: oneOf('url', 'b64_json'),
  output_format: oneOf('png', 'jpeg', 'webp'),
};
const TOKENS_PER_IMAGE = 272;

const modelOf = ({ members, modelId }: WireRequest): string => modelId ?? asText(members.model) ?? '';
const isNew = (wire: WireRequest): boolean => modelOf(wire).startsWith('gpt-image');

/** Fields of a form are texts: those that are numbers or flags are read as such. */
function settingsOf({ members, form }: WireRequest): JsonObject {
  if (!form) return members;
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => {
      const text = asText(value);
      if (name === 'stream') return [name, text === 'true'];
      return /^(n|partial_images|output_compression)$/.test(name) ? [name, Number(text)] : [name, value];
    }),
  );
}

function check(wire: WireRequest): VendorError | undefined {
  const settings = settingsOf(wire);
  const extra = unknownMember(settings, KNOWN);
  if (extra) return { ...complain(extra, `Unknown parameter: '${extra}'.`), code: 'unknown_parameter' };
  const wrong = checkMembers(settings, RULES);
  if (wrong) return wrong;
  return isNew(wire) && settings.response_format !== undefined
    ? { ...complain('response_format', "Unknown parameter: 'response_format'."), code: 'unknown_parameter' }
    : undefined;
}

/** What the images depend on: the prompt, and the files that came with it. */
const seedOf = ({ members, form }: WireRequest): string =>
  [asText(members.prompt), ...(form?.files ?? []).map((file) => file.sha256)].join('|');

/** A PNG that depends on prompt, files and place in the answer. */
export const imageOf = (prompt: string, index = 0, fileHashes: readonly string[] = []): string =>
  pixelOf(`${index}|${[prompt, ...fileHashes].join('|')}`);

function usageOf(wire: WireRequest, count: number, input: number | undefined): AnswerUsage {
  const text = input ?? countOf(asText(wire.members.prompt));
  return { ...inputUsage(text), output: count * TOKENS_PER_IMAGE };
}
const spellUsage = ({ input, output }: AnswerUsage): JsonObject => ({
  input_tokens: input,
  input_tokens_details: { text_tokens: input, image_tokens: 0 },
  output_tokens: output,
  total_tokens: input + output,
});

function streamOf(image: string, usage: AnswerUsage, edits: boolean, createdAt: number): Reply {
  const name = edits ? 'image_edit' : 'image_generation';
  const event = (type: string, data: JsonObject): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, created_at: createdAt, b64_json: image, ...data })}\n\n`;
  return {
    kind: 'stream',
    type: 'text/event-stream; charset=utf-8',
    steps: [
      { wire: event(`${name}.partial_image`, { partial_image_index: 0 }), phase: 'content' },
      { wire: event(`${name}.completed`, { usage: spellUsage(usage) }), phase: 'end', reports: true },
    ],
    usage,
  };
}

function reply({ wire, plan, nowMs }: ServiceCall): Reply {
  const settings = settingsOf(wire);
  const count = typeof settings.n === 'number' ? settings.n : 1;
  const images = Array.from({ length: count }, (_, i) => pixelOf(`${i}|${seedOf(wire)}`));
  const created = Math.floor(nowMs / 1000);
  const usage = usageOf(wire, count, plan?.in);
  if (settings.stream === true && images[0])
    return streamOf(images[0], usage, wire.form !== undefined, created);
  const asUrl = !isNew(wire) && settings.response_format !== 'b64_json' && modelOf(wire).startsWith('dall-e');
  const data = images.map((image) =>
    asUrl ? { url: `data:image/png;base64,${image}` } : { b64_json: image },
  );
  const told = plan?.noUsage || !isNew(wire) ? undefined : usage;
  const body = { created, data, ...(told ? { output_format: 'png', usage: spellUsage(told) } : {}) };
  return jsonReply(JSON.stringify(body), told);
}

const needs = (at: string): VendorError => ({
  ...complain(at, `Missing required parameter: '${at}'.`),
  code: 'missing_required_parameter',
});

/** OpenAI's images made from a prompt. */
export const imageGenerations: WireService = {
  prompts: ({ members }) => [asText(members.prompt)],
  check: (wire) => (asText(wire.members.prompt) ? check(wire) : needs('prompt')),
  reply,
};

/** Images made from images; variations go without a prompt. */
const fromFiles = (needsPrompt: boolean): WireService => ({
  prompts: ({ members }) => [asText(members.prompt)],
  check(wire) {
    if (!wire.form) return complain('', 'Invalid content type: expected multipart/form-data.');
    const files = wire.form.files.filter(({ name }) => name === 'image' || name === 'image[]');
    if (!files.length) return needs('image');
    const stray = wire.form.files.find(({ name }) => !['image', 'image[]', 'mask'].includes(name));
    if (stray)
      return { ...complain(stray.name, `Unknown parameter: '${stray.name}'.`), code: 'unknown_parameter' };
    const bad = files.find(({ contentType }) => !/^image\/(png|jpeg|webp)$/.test(contentType));
    if (bad)
      return {
        ...complain(
          'image',
          `Invalid file 'image': unsupported mimetype ('${bad.contentType}'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
        ),
        code: 'unsupported_file_mimetype',
      };
    return needsPrompt && !asText(wire.members.prompt) ? needs('prompt') : check(wire);
  },
  reply,
});

export const imageEdits = fromFiles(true);
export const imageVariations = fromFiles(false);
