import { DIALECTS, showsThoughts, type AnswerView } from '@turnpike/dialects';
import type { Target } from '@turnpike/provider';
import type { Answer } from './answers/answer';
import { PassthroughStream } from './answers/passthrough-stream';
import { StreamAsWhole } from './answers/stream-as-whole';
import { TranslateStream } from './answers/translate-stream';
import { JsonAsStream, WholePassthrough, WholeTranslate } from './answers/whole-answer';
import type { CallBody } from './call-body';
import type { CallContext } from './call-context';
import type { PreparedCall } from './prepare-call';

export interface AnswerSetting {
  readonly call: CallContext;
  readonly body: CallBody;
  readonly target: Target;
  readonly prepared: PreparedCall;
  readonly attemptId: string;
  readonly inputEstimate: number;
  readonly nowMs: number;
}

/** `contentType` decides what the upstream sends, the request decides what the client gets; all four pairs exist. */
export function createAnswer(setting: AnswerSetting, contentType: string): Answer {
  const { call, body, prepared, target } = setting;
  const upstream = DIALECTS[target.dialect];
  const streamed = contentType.includes('event-stream') || (body.stream && !contentType.includes('json'));
  if (prepared.lane === 'passthrough') {
    if (body.stream && streamed)
      return new PassthroughStream(upstream.createTap(), prepared.hideUsage, upstream.streamEnd, ignoreTap);
    if (!body.stream && !streamed) return new WholePassthrough(upstream);
  }
  const options = {
    upstream,
    client: call.dialect,
    capabilities: target.capabilities,
    vendor: target.provider.definition.vendor,
    restoration: prepared.restoration,
    view: viewOf(setting),
  };
  if (body.stream) return streamed ? new TranslateStream(options) : new JsonAsStream(options);
  return streamed ? new StreamAsWhole(options) : new WholeTranslate(options);
}

/** A tap that fails turns usage into an estimate; the attempt's ledger row says so. */
const ignoreTap = (): void => undefined;

function viewOf({ call, body, attemptId, inputEstimate, nowMs }: AnswerSetting): AnswerView {
  return {
    id: attemptId.replaceAll('-', ''),
    model: body.model,
    createdAt: Math.floor(nowMs / 1000),
    // A chat client asks for usage on streams; everybody else always gets it.
    includeUsage: call.dialect.id !== 'openai-chat' || !body.stream || asksForUsage(body),
    inputEstimate,
    // Gemini clients see thoughts only when they asked for them.
    ...(call.dialect.id === 'gemini-generate' && { showReasoning: showsThoughts(body.canonical()) }),
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
