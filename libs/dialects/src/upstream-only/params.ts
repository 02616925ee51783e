import type { Restoration } from '@turnpike/protocol';
import type { UpstreamEncoding } from './upstream-encoding';

/** The output cap as the client set it, within the model's; undefined leaves it to the model. */
export function outputCap({ request, capabilities, losses }: UpstreamEncoding): number | undefined {
  if (request.maxTokens === undefined) return undefined;
  const most = capabilities.maxOutputTokens ?? Number.MAX_SAFE_INTEGER;
  if (request.maxTokens > most) losses.add('clamped:max_tokens');
  // 0 asks another vendor's cache to warm up; here it is no cap at all.
  return Math.max(1, Math.min(request.maxTokens, most));
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

const ANY_NUMBER: Range = { min: -Infinity, max: Infinity };
/** Values that ask for what happens anyway: leaving them out loses nothing. */
const NEUTRAL: Readonly<Record<string, number>> = { temperature: 1, top_p: 1 };

/** A sampling knob within the range that the wire takes; models that fix their sampling take none. */
export function sampleKnob(
  name: string,
  value: number | undefined,
  { capabilities, losses }: UpstreamEncoding,
  range: Range = ANY_NUMBER,
): number | undefined {
  if (value === undefined) return undefined;
  if (capabilities.noSampling === true) {
    if (value !== (NEUTRAL[name] ?? 0)) losses.dropped(name);
    return undefined;
  }
  const clamped = Math.min(range.max, Math.max(range.min, value));
  if (clamped !== value) losses.add(`clamped:${name}`);
  return clamped;
}

export interface SplitStops {
  readonly sent?: readonly string[];
  readonly restoration?: Restoration;
}

/** The upstream takes so many stop sequences, and of them only what it `accepts`; the rest is enforced here. */
export function splitStops(
  { request, capabilities, losses }: UpstreamEncoding,
  limit?: number,
  accepts: (stop: string) => boolean = () => true,
): SplitStops {
  const stops = (request.stop ?? []).filter((stop) => stop !== '');
  const sent = stops.filter(accepts).slice(0, capabilities.stopLimit ?? limit);
  const local = stops.filter((stop) => !sent.includes(stop));
  if (local.length > 0) losses.add('emulated:stop');
  return {
    ...(sent.length > 0 ? { sent } : {}),
    ...(local.length > 0 ? { restoration: { localStops: local } } : {}),
  };
}
