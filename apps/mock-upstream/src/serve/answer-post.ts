import { isObject } from '@turnpike/kernel';
import { composeAnswer } from '../answer/compose-answer';
import type { Fault } from '../script/plan';
import { readDirectives } from '../script/read-directives';
import type { Exchange } from './exchange';
import { pause, replyJson } from './exchange';
import type { ProviderState } from './provider-state';
import type { Route } from './routes';
import { sendComplaint, sendFailure } from './send-failure';
import { sendStream } from './send-stream';
import { sendWhole } from './send-whole';

const nameOf = (fault: Fault): string =>
  fault.kind === 'status' ? String(fault.status) : fault.kind === 'cut' ? fault.cut : fault.kind;

/** The plan of a request: its rule, overridden by what its prompt says. @throws ScriptError */
export function withPlan(state: ProviderState, exchange: Exchange): Exchange {
  const { dialect, entry } = exchange;
  const userTexts = isObject(entry.body) ? dialect.understand(entry.body).userTexts : [];
  const ruled = state.book.planFor({
    model: entry.model ?? '',
    credential: entry.credential ?? '',
    path: entry.path,
    dialect: dialect.name,
    prompt: userTexts.join('\n'),
  });
  const said = readDirectives(userTexts);
  const plan = { ...ruled, ...said };
  entry.id = plan.id;
  return { ...exchange, plan, scripted: Boolean(ruled ?? said) };
}

async function generate(state: ProviderState, exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { dialect, entry, plan, scripted } = exchange;
  const seen = dialect.understand(isObject(entry.body) ? entry.body : {});
  const answer = composeAnswer({
    plan: scripted ? { ...plan, fault } : undefined,
    seen,
    model: entry.model ?? '',
    nowMs: entry.receivedAtMs,
  });
  if (!seen.streams) return sendWhole(exchange, answer, fault);
  return sendStream(scripted ? exchange : { ...exchange, plan: { delayMs: state.paceMs } }, answer, fault);
}

function countTokens({ dialect, entry, plan, response }: Exchange): void {
  const { promptCharacters } = dialect.understand(isObject(entry.body) ? entry.body : {});
  const tokens = plan.in ?? Math.max(1, Math.ceil(promptCharacters / 4));
  replyJson({ response, entry }, 200, JSON.stringify({ input_tokens: tokens }), plan.headers);
}

/** Answers a request for tokens: the ordered fault first, then the strict check, then the answer. */
export async function answerPost(state: ProviderState, route: Route, exchange: Exchange): Promise<void> {
  const { entry, response, dialect, plan } = exchange;
  await pause(plan.firstByteMs ?? 0, response);
  if (response.destroyed) return;
  const fault = state.book.strike(plan, [state.name, String(entry.port), entry.credential ?? '']);
  if (fault) entry.fault = nameOf(fault);
  if (fault?.kind === 'cut' && fault.cut.endsWith(':connect')) {
    entry.cut = true;
    entry.status = 0;
    if (fault.cut === 'drop:connect') response.destroy();
    return;
  }
  if (fault?.kind === 'status') return sendFailure(exchange, fault.status);
  const problem = plan.lax ? undefined : dialect.check(entry.body, exchange.request.headers, route.operation);
  if (problem) return sendComplaint(exchange, problem);
  if (route.operation === 'count-tokens') return countTokens(exchange);
  return generate(state, exchange, fault);
}
