import type { ChatResponse, Part, Usage } from '@turnpike/protocol';
import { NO_USAGE } from '@turnpike/protocol';

/** Bytes of text per token, for estimates (docs: estimates). */
const BYTES_PER_TOKEN = 3.5;

/** Output tokens of a text of so many bytes, where the provider did not count them. */
export const estimateOutput = (textBytes: number): number => Math.ceil(textBytes / BYTES_PER_TOKEN);

function bytesOf(part: Part): number {
  if (part.kind === 'call') return Buffer.byteLength(part.args);
  return 'text' in part && part.text !== undefined ? Buffer.byteLength(part.text) : 0;
}

/** Bytes of everything the answer says. */
export const answerTextBytes = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + bytesOf(part), 0);

/** What the provider reported, else the estimate: dialects require the figures. */
export const usageOrEstimate = (response: ChatResponse, inputEstimate: number): Usage =>
  response.usage ?? {
    ...NO_USAGE,
    input: inputEstimate,
    output: estimateOutput(answerTextBytes(response.parts)),
  };

/** The same for the end of a stream. */
export const streamUsage = (usage: Usage | undefined, inputEstimate: number, textBytes: number): Usage =>
  usage ?? { ...NO_USAGE, input: inputEstimate, output: estimateOutput(textBytes) };
