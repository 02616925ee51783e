import { composeAnswer } from '../answer/compose-answer';
import type { WireDialect } from '../wire/wire-dialect';
import type { WireService } from '../wire/wire-service';
import { jsonReply } from '../wire/wire-service';

const SSE = 'text/event-stream; charset=utf-8';

/** Answers a conversation in a dialect, whole or as a stream. */
export const generate = (dialect: WireDialect): WireService => ({
  prompts: (wire) => dialect.understand(wire).userTexts,
  promptCharacters: (wire) => dialect.understand(wire).promptCharacters,
  check: (wire) => dialect.check(wire),
  reply({ wire, plan, model, nowMs }) {
    const seen = dialect.understand(wire);
    const answer = composeAnswer({ plan, seen, model, nowMs });
    const usage = answer.reportsUsage ? answer.usage : undefined;
    if (!plan?.fault) dialect.keep?.(answer, wire);
    if (!seen.streams) return jsonReply(dialect.whole(answer, wire), usage);
    return {
      kind: 'stream',
      type: dialect.streamType?.(wire) ?? SSE,
      steps: dialect.steps(answer, wire),
      usage,
    };
  },
});
