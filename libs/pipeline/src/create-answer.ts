import { UPSTREAM_DIALECTS, type AnswerView, type UpstreamDialect } from '@turnpike/dialects';
import type { Target } from '@turnpike/provider';
import type { Answer } from './answers/answer';
import { PassthroughStream } from './answers/passthrough-stream';
import type { Keeps } from './answers/remains';
import { StreamAsWhole } from './answers/stream-as-whole';
import { ToldByBytes } from './answers/told-by-bytes';
import { TranslateStream } from './answers/translate-stream';
import { JsonAsStream, WholePassthrough, WholeTranslate } from './answers/whole-answer';
import type { CallBody } from './call-body';
import type { CallContext } from './call-context';
import type { PreparedCall } from './prepare-call';

export interface AnswerSetting {
  readonly call: CallContext;
  readonly target: Target;
  readonly prepared: PreparedCall;
  readonly attemptId: string;
  readonly inputEstimate: number;
  readonly nowMs: number;
  /** There is a memory for what later calls may need. */
  readonly remembers: boolean;
}

const keepsOf = (body: CallBody, { remembers }: AnswerSetting): Keeps => ({
  calls: remembers,
  response: remembers && body.state?.stores === true,
});

/** Without the dialect's prefix. */
export const answerIdOf = (attemptId: string): string => attemptId.replaceAll('-', '');

/** `contentType` decides what the upstream sends, the request decides what the client gets; all four pairs exist. */
export function createAnswer(body: CallBody, setting: AnswerSetting, contentType: string): Answer {
  const streamed = isStream(UPSTREAM_DIALECTS[setting.target.dialect], contentType, body.stream);
  const create = (told: boolean): Answer => createForm(body, setting, told);
  return streamed === undefined ? new ToldByBytes(body.stream, create) : create(streamed);
}

function createForm(body: CallBody, setting: AnswerSetting, streamed: boolean): Answer {
  const { call, prepared, target } = setting;
  const keeps = keepsOf(body, setting);
  if (prepared.lane === 'passthrough') {
    // Same dialect on both sides.
    if (body.stream && streamed)
      return new PassthroughStream(
        call.dialect.createTap({ keepsResponse: keeps.response }),
        {
          hideUsage: prepared.hideUsage,
          streamEnd: call.dialect.streamEnd,
          endsWithoutReason: target.capabilities.noFinishReason,
        },
        ignoreTap,
      );
    if (!body.stream && !streamed) return new WholePassthrough(call.dialect, keeps);
  }
  const options = {
    upstream: UPSTREAM_DIALECTS[target.dialect],
    client: call.dialect,
    capabilities: target.capabilities,
    vendor: target.provider.definition.vendor,
    restoration: prepared.restoration,
    view: viewOf(body, setting, keeps),
    keeps,
  };
  if (body.stream) return streamed ? new TranslateStream(options) : new JsonAsStream(options);
  return streamed ? new StreamAsWhole(options) : new WholeTranslate(options);
}

/**
 * Told by the content type; undefined where it says nothing, or JSON although a stream was asked for: there are servers
 * that send events under it. A wire with a framing of its own has no other sign.
 */
function isStream({ framing }: UpstreamDialect, contentType: string, asked: boolean): boolean | undefined {
  if (framing && contentType.includes(framing.contentType)) return true;
  const type = contentType.toLowerCase();
  if (type.includes('event-stream')) return true;
  if (framing) return asked && !type.includes('json');
  return !asked && /[/+]json/.test(type) ? false : undefined;
}

/** A tap that fails turns usage into an estimate; the attempt's ledger row says so. */
const ignoreTap = (): void => undefined;

function viewOf(body: CallBody, setting: AnswerSetting, keeps: Keeps): AnswerView {
  const { call, attemptId, inputEstimate, nowMs } = setting;
  return {
    id: answerIdOf(attemptId),
    model: body.model,
    createdAt: Math.floor(nowMs / 1000),
    // A chat client asks for usage on streams; everybody else always gets it.
    includeUsage: call.dialect.id !== 'openai-chat' || !body.stream || asksForUsage(body),
    inputEstimate,
    ...(body.state && { state: { previousId: body.previousId, stored: keeps.response } }),
    // Responses repeat what was asked for, Gemini clients see thoughts only when they asked for them, and so on.
    ...(setting.prepared.lane === 'translate' && { request: body.canonical() }),
  };
}

function asksForUsage(body: CallBody): boolean {
  const span = body.envelope.spans.get('stream_options');
  return (
    span !== undefined &&
    body.envelope.bytes
      .toString('latin1', span.start, span.end)
      .replace(/\s/g, '')
      .includes('"include_usage":true')
  );
}
