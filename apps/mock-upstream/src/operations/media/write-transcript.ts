import type { JsonObject } from '@turnpike/kernel';

export interface Transcript {
  readonly text: string;
  readonly seconds: number;
  readonly task: 'transcribe' | 'translate';
  readonly usage: JsonObject | undefined;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** `00:01:02,345`: hours, minutes and seconds, with the mark that the format puts before the thousandths. */
function stamp(seconds: number, mark: string): string {
  const ms = Math.round(seconds * 1000);
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}${mark}${pad(ms % 1000, 3)}`;
}

const verbose = ({ text, seconds, task, usage }: Transcript): JsonObject => ({
  task,
  language: 'english',
  duration: seconds,
  text,
  segments: [
    {
      id: 0,
      seek: 0,
      start: 0,
      end: seconds,
      text,
      tokens: [50_364],
      temperature: 0,
      avg_logprob: -0.2,
      compression_ratio: 1,
      no_speech_prob: 0.01,
    },
  ],
  ...(usage ? { usage } : {}),
});

const diarized = ({ text, seconds, task, usage }: Transcript): JsonObject => ({
  task,
  duration: seconds,
  text,
  segments: [{ type: 'transcript.text.segment', id: 'seg_1', start: 0, end: seconds, text, speaker: 'A' }],
  ...(usage ? { usage } : {}),
});

/** A transcript in the format that was asked for; texts are not JSON. */
export function writeTranscript(format: string, transcript: Transcript): { type: string; body: string } {
  const { text, seconds, usage } = transcript;
  const plain = (body: string): { type: string; body: string } => ({
    type: 'text/plain; charset=utf-8',
    body,
  });
  const json = (body: JsonObject): { type: string; body: string } => ({
    type: 'application/json',
    body: JSON.stringify(body),
  });
  switch (format) {
    case 'text':
      return plain(`${text}\n`);
    case 'srt':
      return plain(`1\n${stamp(0, ',')} --> ${stamp(seconds, ',')}\n${text}\n\n`);
    case 'vtt':
      return plain(`WEBVTT\n\n${stamp(0, '.')} --> ${stamp(seconds, '.')}\n${text}\n\n`);
    case 'verbose_json':
      return json(verbose(transcript));
    case 'diarized_json':
      return json(diarized(transcript));
    default:
      return json({ text, ...(usage ? { usage } : {}) });
  }
}
