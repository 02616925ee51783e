import type { JsonObject } from '@turnpike/kernel';
import type { AnswerUsage } from '../../answer/answer';
import { splitText, splitWords } from '../../answer/split-text';
import { asText, nameSet, unknownMember } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { FormFile, WireRequest } from '../../wire/wire-request';
import type { StreamStep } from '../../wire/wire-dialect';
import type { Reply, ServiceCall, WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { writeTranscript } from './write-transcript';

const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  transcriptions:
    nameSet(`model language prompt response_format temperature include include[] timestamp_granularities
    timestamp_granularities[] stream chunking_strategy known_speaker_names[] known_speaker_references[]`),
  translations: nameSet('model prompt response_format temperature'),
};
const FILE_NAME = /\.(flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|wav|webm)$/i;
const FORMATS: readonly string[] = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'];
/** What a second of sound is taken to weigh. */
const BYTES_PER_SECOND = 16_000;

const fileOf = ({ form }: WireRequest): FormFile | undefined =>
  form?.files.find(({ name }) => name === 'file');
const formatOf = ({ members }: WireRequest): string => asText(members.response_format) || 'json';
const isWhisper = (model: string): boolean => model.startsWith('whisper');

export const secondsOf = (bytes: number): number =>
  Math.max(0.01, Math.round((bytes / BYTES_PER_SECOND) * 100) / 100);

/** What is heard in a file: its name, size and hash. */
export const transcriptOf = (file: Pick<FormFile, 'filename' | 'bytes' | 'sha256'>): string =>
  `Heard ${file.filename}, ${file.bytes} bytes, hash ${file.sha256.slice(0, 12)}.`;

function checkFormat(wire: WireRequest, model: string): VendorError | undefined {
  const format = formatOf(wire);
  if (!FORMATS.includes(format))
    return complain(
      'response_format',
      `Invalid value: '${format}'. Supported values are: ${FORMATS.join(', ')}.`,
    );
  const takes = isWhisper(model) ? format !== 'diarized_json' : ['json', 'text'].includes(format);
  return takes || !model.startsWith('gpt-4o') || (model.includes('diarize') && format === 'diarized_json')
    ? undefined
    : {
        ...complain(
          'response_format',
          `response_format '${format}' is not compatible with model '${model}'. Use 'json' or 'text' instead.`,
        ),
        code: 'unsupported_value',
      };
}

function check(wire: WireRequest): VendorError | undefined {
  if (!wire.form) return complain('', 'Invalid content type: expected multipart/form-data.');
  const model = wire.modelId ?? asText(wire.members.model);
  const file = fileOf(wire);
  const needs = (at: string): VendorError => ({
    ...complain(at, `Missing required parameter: '${at}'.`),
    code: 'missing_required_parameter',
  });
  if (!file) return needs('file');
  if (!model) return needs('model');
  const extra = unknownMember(wire.members, KNOWN[wire.operation] ?? new Set());
  if (extra) return { ...complain(extra, `Unknown parameter: '${extra}'.`), code: 'unknown_parameter' };
  if (!FILE_NAME.test(file.filename))
    return complain(
      'file',
      "Invalid file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']",
    );
  if (!file.bytes) return complain('file', 'Audio file is too short. Minimum audio length is 0.1 seconds.');
  return checkFormat(wire, model);
}

function usageOf(seconds: number, text: string, plan: ServiceCall['plan']): AnswerUsage {
  return {
    ...inputUsage(plan?.in ?? Math.ceil(seconds * 10)),
    output: plan?.tokens ?? splitWords(text).length,
  };
}

/** Newer models count tokens, the older one seconds. */
function spellUsage(model: string, usage: AnswerUsage, seconds: number): JsonObject {
  if (isWhisper(model)) return { type: 'duration', seconds: Math.ceil(seconds) };
  const { input, output } = usage;
  return {
    type: 'tokens',
    input_tokens: input,
    input_token_details: { text_tokens: 0, audio_tokens: input },
    output_tokens: output,
    total_tokens: input + output,
  };
}

function streamOf(text: string, usage: AnswerUsage, spelled: JsonObject, chunks: number): Reply {
  const event = (type: string, data: JsonObject): string => `data: ${JSON.stringify({ type, ...data })}\n\n`;
  return {
    kind: 'stream',
    type: 'text/event-stream; charset=utf-8',
    steps: [
      ...splitText(text, chunks).map((delta): StreamStep => ({
        wire: event('transcript.text.delta', { delta }),
        phase: 'content',
      })),
      { wire: event('transcript.text.done', { text, usage: spelled }), phase: 'end', reports: true },
    ],
    usage,
  };
}

function reply({ wire, plan, model }: ServiceCall): Reply {
  const file = fileOf(wire) ?? { name: '', filename: '', contentType: '', bytes: 0, sha256: '' };
  const text = plan?.text ?? transcriptOf(file);
  const seconds = secondsOf(file.bytes);
  const usage = usageOf(seconds, text, plan);
  const spelled = spellUsage(model, usage, seconds);
  // The older model takes the flag and does not heed it.
  if (wire.members.stream === 'true' && !isWhisper(model))
    return streamOf(text, usage, spelled, plan?.chunks ?? 4);
  const told = plan?.noUsage ? undefined : spelled;
  const task = wire.operation === 'translations' ? 'translate' : 'transcribe';
  const written = writeTranscript(formatOf(wire), { text, seconds, task, usage: told });
  return { ...jsonReply(written.body, told ? usage : undefined), type: written.type };
}

/** OpenAI's transcriptions and translations of sound. */
export const transcriptions: WireService = {
  prompts: ({ members }) => [asText(members.prompt)],
  check: (wire) => check(wire),
  reply,
};
