import { DIALECT_IDS, type DialectId } from '@turnpike/protocol';
import { askGateway, type Answered } from './ask-gateway';
import { checkAnswer } from './check-answer';
import { checkDeterminism } from './check-determinism';
import { turnpikeOf } from './check-refusal';
import { toClientRequest, toPlainRequest, type ClientRequest } from './client-request';
import type { Exchange } from './find-exchange';
import { hearAnswer } from './heard';
import type { ReplayGateway } from './open-gateway';
import type { RecordedUpstream, Serving } from './recorded-upstream';
import type { Recording } from './recording';
import { validateRequest } from './validate-answer';
import { CUTS, STREAM_TYPE, toServedAnswer } from './served-answer';
import { providerName } from './serving-pairs';

/** Both sides between which recordings are replayed. */
export interface Stage {
  readonly upstream: RecordedUpstream;
  readonly gateway: ReplayGateway;
}

/** What one exchange came to. */
export interface ExchangeReport {
  readonly client: DialectId;
  readonly stream: boolean;
  readonly problems: readonly string[];
  /** Why a plain question stood in for the recorded one. */
  readonly standIn?: string;
}

let asked = 0;

async function ask(stage: Stage, request: ClientRequest, serving: Serving, id: string): Promise<Answered> {
  stage.upstream.serve(id, serving);
  try {
    return await askGateway(stage.gateway, request, id);
  } finally {
    stage.upstream.forget(id);
  }
}

const newId = (): string => `replay-${++asked}`;

const isOurRefusal = (answered: Answered): boolean => {
  const own = turnpikeOf(answered);
  return own?.layer === 'client';
};

async function runOnce(
  stage: Stage,
  recording: Recording,
  exchange: Exchange,
  form: { readonly client: DialectId; readonly stream: boolean; readonly n: number },
): Promise<ExchangeReport> {
  const { client, stream } = form;
  const served = toServedAnswer(recording);
  const cut = CUTS[form.n % CUTS.length] ?? 'whole';
  const model = `${providerName(exchange)}/${exchange.model}`;
  let request = toClientRequest(exchange, client, { model, stream });
  let id = newId();
  let serving: Serving = { answer: served, cut };
  let answered = await ask(stage, request, serving, id);
  if (serving.asked === undefined && isOurRefusal(answered)) {
    const why = answered.body.toString('utf8').slice(0, 300);
    stage.gateway.takeEntry(id);
    request = toPlainRequest(client, { model, stream }, `refused: ${why}`);
    id = newId();
    serving = { answer: served, cut };
    answered = await ask(stage, request, serving, id);
  }
  const entry = stage.gateway.takeEntry(id);
  const defects = stage.gateway.takeDefects().map((defect) => `exception: ${String(defect)}`);
  const reached = serving.asked === undefined ? ['the provider was not asked'] : [];
  const heard = hearAnswer(exchange.dialect, served);
  const checked = checkAnswer({ dialect: exchange.dialect, served, heard, client, stream, answered, entry });
  const sent =
    answered.lane === 'translate'
      ? [
          ...validateRequest(exchange, serving.asked),
          ...checkDeterminism(request.body, client, exchange.dialect),
        ]
      : [];
  return {
    client,
    stream,
    problems: [...defects, ...reached, ...sent, ...checked],
    standIn: request.standIn,
  };
}

/**
 * A stream that only its request tells to be one, whatever its content type says, cannot answer a request for a whole:
 * no server sends it to one.
 */
function formsOf(recording: Recording, { stream }: Exchange): boolean[] {
  const { streamed, contentType, body } = toServedAnswer(recording);
  const isListed = stream && !streamed && body.toString('utf8', 0, 64).trimStart().startsWith('[');
  const isMislabelled = streamed && !STREAM_TYPE.test(contentType);
  return isListed || isMislabelled ? [true] : [stream, !stream];
}

/** One recording through every client dialect, streamed and whole. Never throws. */
export async function runRecording(
  stage: Stage,
  recording: Recording,
  exchange: Exchange,
  n: number,
): Promise<ExchangeReport[]> {
  const reports: ExchangeReport[] = [];
  for (const client of DIALECT_IDS) {
    for (const stream of formsOf(recording, exchange)) {
      try {
        const form = { client, stream, n: n + reports.length };
        reports.push(await runOnce(stage, recording, exchange, form));
      } catch (error) {
        const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
        const line = what.split('\n').slice(0, 3).join(' | ');
        reports.push({ client, stream, problems: [`exception: ${line}`] });
      }
    }
  }
  return reports;
}
