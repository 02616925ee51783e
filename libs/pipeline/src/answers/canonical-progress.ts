import {
  createMeter,
  unfoldResponse,
  type ChatResponse,
  type StopReason,
  type StreamEvent,
  type Usage,
  type VendorError,
} from '@turnpike/protocol';
import type { Progress } from './answer';

/** Follows canonical events, or a whole canonical answer, and knows what has been seen. */
export class CanonicalProgress implements Progress {
  private readonly meter = createMeter();

  get content(): boolean {
    return this.meter.content;
  }

  get finished(): boolean {
    return this.meter.stop !== undefined;
  }

  get stop(): StopReason | undefined {
    return this.meter.stop;
  }

  get usage(): Usage | undefined {
    return this.meter.usage;
  }

  get error(): VendorError | undefined {
    return this.meter.error;
  }

  get textBytes(): number {
    return this.meter.textBytes;
  }

  note(event: StreamEvent): void {
    this.meter.push(event);
  }

  noteResponse(response: ChatResponse): void {
    for (const event of unfoldResponse(response)) this.meter.push(event);
  }
}
