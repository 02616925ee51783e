import type { VendorError } from '../canonical/failure';
import type { StopReason } from '../canonical/response';
import { mergeUsage, type Usage } from '../canonical/usage';
import { isContentBearing } from './block-rules';
import type { EndReason, StreamEvent } from './events';

/** What billing and failover ask of a stream; keeps no text. */
export interface StreamMeter {
  push(event: StreamEvent): void;
  /** True: something of the answer was seen. */
  readonly content: boolean;
  /** Bytes (UTF-8) of text, reasoning, refusal and arguments, for the estimate when no usage came. */
  readonly textBytes: number;
  readonly usage: Usage | undefined;
  readonly model: string | undefined;
  readonly stop: StopReason | undefined;
  readonly error: VendorError | undefined;
  readonly interrupted: EndReason | undefined;
}

class Meter implements StreamMeter {
  content = false;
  textBytes = 0;
  usage: Usage | undefined;
  model: string | undefined;
  stop: StopReason | undefined;
  error: VendorError | undefined;
  interrupted: EndReason | undefined;

  push(event: StreamEvent): void {
    if (!this.content) this.content = isContentBearing(event);
    switch (event.kind) {
      case 'block-start':
      case 'block-end':
        break;
      case 'block-delta':
        if ('text' in event.delta) this.textBytes += Buffer.byteLength(event.delta.text);
        break;
      case 'choice':
        if (event.event.kind === 'block-delta') this.push(event.event);
        break;
      case 'start':
        this.model = event.model;
        break;
      case 'usage':
        this.usage = mergeUsage(this.usage, event.usage);
        break;
      case 'finish':
        this.stop = event.stop;
        break;
      case 'error':
        this.error = event.error;
        break;
      case 'interrupted':
        this.interrupted = event.reason;
        break;
    }
  }
}

export const createMeter = (): StreamMeter => new Meter();
