import type { VendorError } from '../wire/vendor-error';
import type { Exchange } from './exchange';
import { replyJson } from './exchange';
import { limitHeaders } from './limit-headers';

/** The error that the plan orders, in words. */
export const scriptedError = (exchange: Exchange, status: number): VendorError => ({
  status,
  message: exchange.plan.message ?? `scripted ${status}`,
  wording: exchange.plan.wording,
});

/** Answers with a scripted status. A 429 tells its wait in the ordered family, `seconds` when only a wait was given. */
export function sendFailure(exchange: Exchange, status: number): void {
  const { plan, dialect } = exchange;
  const family = plan.limit ?? (plan.waitMs === undefined ? 'none' : 'seconds');
  const headers = { ...limitHeaders(family, plan.waitMs ?? 1000, Date.now()), ...plan.headers };
  replyJson(exchange, status, JSON.stringify(dialect.errorBody(scriptedError(exchange, status))), headers);
}

/** Answers with the complaint of a strict check. */
export function sendComplaint(exchange: Exchange, problem: VendorError): void {
  exchange.entry.complaint = problem.param ? `${problem.param}: ${problem.message}` : problem.message;
  replyJson(exchange, problem.status, JSON.stringify(exchange.dialect.errorBody(problem)));
}
