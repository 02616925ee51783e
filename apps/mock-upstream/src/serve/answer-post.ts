import type { Fault } from '../script/plan';
import { passLimits } from '../limits/pass-limits';
import { readDirectives } from '../script/read-directives';
import type { WireService } from '../wire/wire-service';
import type { Exchange } from './exchange';
import { pause } from './exchange';
import type { ProviderState } from './provider-state';
import { sendComplaint, sendFailure } from './send-failure';
import { sendStream } from './send-stream';
import { sendWhole } from './send-whole';

const nameOf = (fault: Fault): string =>
  fault.kind === 'status' ? String(fault.status) : fault.kind === 'cut' ? fault.cut : fault.kind;

/** The plan of a request: its rule, overridden by what its prompt says. @throws ScriptError */
export function withPlan(state: ProviderState, service: WireService, exchange: Exchange): Exchange {
  const { dialect, entry, wire } = exchange;
  const texts = service.prompts(wire);
  const ruled = state.book.planFor({
    model: entry.model ?? '',
    credential: entry.credential ?? '',
    path: entry.path,
    dialect: dialect.name,
    prompt: texts.join('\n'),
  });
  const said = readDirectives(texts);
  const plan = { ...ruled, ...said };
  entry.id = plan.id;
  return { ...exchange, plan, scripted: Boolean(ruled ?? said) };
}

/** Answers what asks for work: the limits first, then the ordered fault, then the strict check, then the answer. */
export async function answerPost(state: ProviderState, service: WireService, asked: Exchange): Promise<void> {
  const exchange = passLimits(state.limits, service, asked);
  if (!exchange) return;
  const { entry, response, plan, scripted, wire } = exchange;
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
  const problem = plan.lax ? undefined : service.check(wire);
  if (problem) return sendComplaint(exchange, problem);
  const reply = service.reply({
    wire,
    plan: scripted ? { ...plan, fault } : undefined,
    model: entry.model ?? '',
    nowMs: entry.receivedAtMs,
  });
  if (reply.kind === 'whole') return sendWhole(exchange, reply, fault);
  const pace = { delayMs: state.paceMs, headers: plan.headers };
  return sendStream(scripted ? exchange : { ...exchange, plan: pace }, reply, fault);
}
