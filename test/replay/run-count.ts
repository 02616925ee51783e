import { isObject } from '@turnpike/kernel';
import { askGateway, type Answered } from './ask-gateway';
import { turnpikeOf } from './check-refusal';
import { toClientRequest } from './client-request';
import type { Exchange } from './find-exchange';
import type { Recording } from './recording';
import type { ExchangeReport, Stage } from './run-recording';
import { toServedAnswer } from './served-answer';
import { providerName } from './serving-pairs';
import { parseBytes } from './wire-text';

const CLIENTS = ['anthropic-messages', 'gemini-generate'] as const;
type CountingClient = (typeof CLIENTS)[number];

const PATHS: Readonly<Record<CountingClient, (path: string) => string>> = {
  'anthropic-messages': (path) => `${path}/count_tokens`,
  'gemini-generate': (path) => path.replace(/:generateContent$/, ':countTokens'),
};

const countIn = (value: unknown): unknown =>
  isObject(value) ? (value.input_tokens ?? value.totalTokens ?? value.inputTokens) : undefined;

/** A count is always answered, from the provider or as an estimate; the provider's own is not changed. */
function checkCount(recording: Recording, answered: Answered): string[] {
  const served = toServedAnswer(recording);
  const count = countIn(parseBytes(answered.body));
  // A request that nobody takes was refused then as it is now.
  if (served.status >= 400 && answered.status === 400 && turnpikeOf(answered)?.layer === 'client') return [];
  if (answered.status !== 200) return [`a count was answered with ${answered.status}`];
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1)
    return [`a count of ${String(count)}`];
  const told = served.status === 200 ? countIn(parseBytes(served.body)) : undefined;
  if (answered.estimated || typeof told !== 'number' || told === count) return [];
  return [`a count of ${told} became ${count}`];
}

/** The count of a recorded request, in the dialects that have one. Never throws. */
export async function runCount(
  stage: Stage,
  recording: Recording,
  exchange: Exchange,
  id: string,
): Promise<ExchangeReport[]> {
  const reports: ExchangeReport[] = [];
  const model = `${providerName(exchange)}/${exchange.model}`;
  const inner = exchange.body.generateContentRequest;
  const asked = isObject(inner) ? { ...exchange, body: inner } : exchange;
  for (const client of CLIENTS) {
    const serving = { answer: toServedAnswer(recording), cut: 'whole' as const };
    const name = `${id}-${client}`;
    stage.upstream.serve(name, serving);
    try {
      const { path, body, standIn } = toClientRequest(asked, client, { model, stream: false });
      const answered = await askGateway(stage.gateway, { path: PATHS[client](path), body }, name);
      const defects = stage.gateway.takeDefects().map((defect) => `exception: ${String(defect)}`);
      const problems = [...defects, ...checkCount(recording, answered)];
      reports.push({ client, stream: false, problems, standIn });
    } catch (error) {
      reports.push({ client, stream: false, problems: [`exception: ${String(error)}`] });
    } finally {
      stage.upstream.forget(name);
    }
  }
  return reports;
}
