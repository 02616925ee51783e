import type { CallSize } from '@turnpike/routing';
import { isObject } from '@turnpike/kernel';
import type { Envelope } from '@turnpike/protocol';
import { CallBody } from './call-body';
import type { CallRun } from './call-run';
import type { Asked } from './operations/asked';
import { memberOf } from './request-facts';

/** Where the dialects say how long an answer may be. */
const CAPS = ['max_completion_tokens', 'max_output_tokens', 'max_tokens'] as const;
const CONFIGS = ['generationconfig', 'generation_config'] as const;

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined;

/** What the client allows the answer to have, in tokens; undefined: whatever the model allows. */
export function readOutputCap(envelope: Envelope): number | undefined {
  for (const name of CAPS) {
    const cap = positive(memberOf(envelope, name));
    if (cap !== undefined) return cap;
  }
  for (const name of CONFIGS) {
    const config = memberOf(envelope, name);
    if (isObject(config)) return positive(config.maxOutputTokens ?? config.max_output_tokens);
  }
  return undefined;
}

/** The size of a call, told when somebody asks. */
export class AskedSize implements CallSize {
  constructor(
    private readonly run: Pick<CallRun, 'inputEstimate'>,
    readonly asked: Asked,
  ) {}

  private cap: number | undefined;
  private isRead = false;

  get inputTokens(): number {
    return this.run.inputEstimate;
  }

  get outputCap(): number | undefined {
    if (!this.isRead) {
      this.cap = this.asked instanceof CallBody ? readOutputCap(this.asked.envelope) : undefined;
      this.isRead = true;
    }
    return this.cap;
  }
}
