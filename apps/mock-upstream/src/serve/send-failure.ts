import type { VendorError } from '../wire/vendor-error';
import type { Conversation, Exchange } from './exchange';
import { replyBody } from './exchange';
import { limitHeaders } from './limit-headers';

/** The error that the plan orders, in words. */
export function scriptedError({ plan, dialect }: Exchange, status: number): VendorError {
  const { message = `scripted ${status}`, wording, waitMs } = plan;
  const limit = plan.limit ?? (waitMs === undefined ? 'none' : (dialect.limitFamily ?? 'seconds'));
  return { status, message, wording, waitMs, limit };
}

/** Answers with a scripted status. A 429 tells its wait in the ordered family, `seconds` when only a wait was given. */
export function sendFailure(exchange: Exchange, status: number): void {
  const { plan, dialect } = exchange;
  const error = scriptedError(exchange, status);
  const headers = {
    ...limitHeaders(error.limit ?? 'none', plan.waitMs ?? 1000, Date.now()),
    ...dialect.errorHeaders?.(error),
    ...plan.headers,
  };
  replyBody(exchange, status, JSON.stringify(dialect.errorBody(error)), headers);
}

/** Answers with the complaint of a strict check. */
export function sendComplaint(
  exchange: Conversation & Pick<Exchange, 'dialect'>,
  problem: VendorError,
): void {
  exchange.entry.complaint = problem.param ? `${problem.param}: ${problem.message}` : problem.message;
  const { dialect } = exchange;
  replyBody(
    exchange,
    problem.status,
    JSON.stringify(dialect.errorBody(problem)),
    dialect.errorHeaders?.(problem),
  );
}
