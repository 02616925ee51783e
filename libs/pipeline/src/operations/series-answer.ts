import { readCost, readHeadCost, readVendorError, sumCosts, type OperationCost } from '@turnpike/dialects';
import { GatewayError, isObject, type JsonObject } from '@turnpike/kernel';
import type { EndReason, VendorError } from '@turnpike/protocol';
import { NOTHING_YET, type Answer, type Progress } from '../answers/answer';

/** Writes the client's answer. @throws SyntaxError, GatewayError when the bodies do not answer what was asked. */
export type JoinAnswers = (bodies: readonly JsonObject[], cost: OperationCost) => JsonObject;

/** Answers to the exchanges of one attempt, each pushed as a whole; joined into one for the client. */
export class SeriesAnswer implements Answer {
  readonly live = false;
  progress: Progress = NOTHING_YET;
  private readonly bodies: JsonObject[] = [];
  private readonly costs: OperationCost[] = [];
  private ready: string | undefined;
  private broken = false;
  private headCost: OperationCost = {};

  constructor(
    private readonly join: JoinAnswers,
    private readonly refusal: (body: JsonObject) => VendorError | undefined = () => undefined,
  ) {}

  readHead(headers: readonly string[]): void {
    this.headCost = readHeadCost(headers);
  }

  push(body: Buffer): void {
    const read = parse(body);
    if (!read) {
      this.broken = true;
      return;
    }
    this.bodies.push(read);
    this.costs.push({ ...this.headCost, ...readCost(read) });
    this.headCost = {};
    const { usage, units } = sumCosts(this.costs);
    const error =
      read.error === undefined || read.error === null ? this.refusal(read) : readVendorError(read.error);
    const metering = { requests: this.bodies.length, ...(units && { units }) };
    this.progress = { ...NOTHING_YET, usage, metering, error: this.progress.error ?? error };
  }

  end(reason: EndReason): void {
    if (reason !== 'complete' || this.broken || this.progress.error) return;
    try {
      this.ready = JSON.stringify(this.join(this.bodies, sumCosts(this.costs)));
      this.progress = { ...this.progress, content: true, finished: true, stop: 'end' };
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof GatewayError)) throw error;
    }
  }

  take(): string | undefined {
    const out = this.ready;
    this.ready = undefined;
    return out;
  }
}

/** Vectors are long lists of long numbers: none of them needs more digits than a double has. */
function parse(body: Buffer): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
