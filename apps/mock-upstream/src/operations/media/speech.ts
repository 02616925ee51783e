import type { JsonObject } from '@turnpike/kernel';
import type { MemberRule } from '../../wire/member-rules';
import {
  aNumber,
  asText,
  aString,
  checkMembers,
  nameSet,
  oneOf,
  unknownMember,
} from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { StreamStep } from '../../wire/wire-dialect';
import type { Reply, ServiceCall, WireService } from '../../wire/wire-service';
import { inputUsage } from '../../wire/wire-service';
import { bytesOf, countOf } from '../deterministic';

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};
const KNOWN = nameSet('model input voice response_format speed instructions stream_format');
const RULES: Record<string, MemberRule> = {
  response_format: oneOf(...Object.keys(TYPES)),
  speed: aNumber(0.25, 4),
  instructions: aString,
  stream_format: oneOf('audio', 'sse'),
};
const LONGEST_INPUT = 4096;
const BYTES_PER_CHARACTER = 64;

/** The sound of a text: bytes that depend on text, voice and format. */
export const audioOf = (input: string, voice = 'alloy', format = 'mp3'): Buffer =>
  bytesOf(`${format}|${voice}|${input}`, Math.max(1, input.length) * BYTES_PER_CHARACTER);

function check(members: JsonObject): VendorError | undefined {
  for (const name of ['model', 'input', 'voice'])
    if (members[name] === undefined)
      return {
        ...complain(name, `Missing required parameter: '${name}'.`),
        code: 'missing_required_parameter',
      };
  const extra = unknownMember(members, KNOWN);
  if (extra) return { ...complain(extra, `Unknown parameter: '${extra}'.`), code: 'unknown_parameter' };
  const input = asText(members.input);
  if (!input)
    return complain('input', "Invalid 'input': string too short. Expected a string with minimum length 1.");
  if (input.length > LONGEST_INPUT)
    return complain(
      'input',
      `Invalid 'input': string too long. Expected a string with maximum length ${LONGEST_INPUT}, but got a string with length ${input.length} instead.`,
    );
  return checkMembers(members, RULES);
}

function piecesOf(bytes: Buffer, count: number): Buffer[] {
  const size = Math.max(1, Math.ceil(bytes.length / Math.max(1, count)));
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

function reply({ wire: { members }, plan }: ServiceCall): Reply {
  const { input, voice, response_format: format } = members;
  const bytes = audioOf(asText(input), asText(voice) || JSON.stringify(voice), asText(format) || 'mp3');
  const pieces = piecesOf(bytes, plan?.chunks ?? 4);
  const usage = { ...inputUsage(plan?.in ?? countOf(asText(input))), output: plan?.tokens ?? pieces.length };
  if (members.stream_format !== 'sse')
    return {
      kind: 'stream',
      type: TYPES[asText(format) || 'mp3'] ?? 'audio/mpeg',
      mute: true,
      steps: pieces.map((wire, i): StreamStep => ({
        wire,
        phase: i === pieces.length - 1 ? 'end' : 'content',
      })),
    };
  const event = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`;
  const { input: read, output } = usage;
  const told = { input_tokens: read, output_tokens: output, total_tokens: read + output };
  return {
    kind: 'stream',
    type: 'text/event-stream; charset=utf-8',
    steps: [
      ...pieces.map((piece): StreamStep => ({
        wire: event({ type: 'speech.audio.delta', audio: piece.toString('base64') }),
        phase: 'content',
      })),
      { wire: event({ type: 'speech.audio.done', usage: told }), phase: 'end', reports: true },
    ],
    usage,
  };
}

/** OpenAI's speech: sound as it is made, or in events. */
export const speech: WireService = {
  prompts: ({ members }) => [asText(members.input)],
  check: ({ members }) => check(members),
  reply,
};
