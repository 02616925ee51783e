import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, mergeUsage, NO_USAGE, type PartialUsage, type Usage } from '@turnpike/protocol';
import { countOf, objectOf } from '../../answer';

interface Figures {
  input?: number;
  read?: number;
  written?: number;
  written5m?: number;
  written1h?: number;
  output?: number;
  thinking?: number;
}

function readFigures(usage: JsonObject): Figures {
  const creation = objectOf(usage.cache_creation);
  return compact<Figures>({
    input: countOf(usage.input_tokens),
    read: countOf(usage.cache_read_input_tokens),
    written: countOf(usage.cache_creation_input_tokens),
    written5m: countOf(creation?.ephemeral_5m_input_tokens),
    written1h: countOf(creation?.ephemeral_1h_input_tokens),
    output: countOf(usage.output_tokens),
    thinking: countOf(objectOf(usage.output_tokens_details)?.thinking_tokens),
  });
}

/**
 * Usage reports of one answer. Figures are cumulative: the later one replaces the earlier, null ones say nothing. The
 * wire's figures are kept, because the split of cache writes by lifetime may stand in one report and the sum in another.
 */
export class MessagesUsage {
  private figures: Figures = {};

  /** Takes a `usage` object; false when it holds no figure. */
  take(value: Json | undefined): boolean {
    if (!isObject(value)) return false;
    const figures = readFigures(value);
    this.figures = { ...this.figures, ...figures };
    return Object.keys(figures).length > 0;
  }

  /** Everything reported so far; what was not reported is left out. */
  partial(): PartialUsage {
    const { input, read, written, written5m, written1h, output, thinking } = this.figures;
    const split = (written5m ?? 0) + (written1h ?? 0);
    const wrote = written !== undefined || written5m !== undefined || written1h !== undefined;
    return compact<PartialUsage>({
      input,
      cacheRead: read,
      cacheWrite5m: wrote ? (written5m ?? 0) : undefined,
      cacheWrite1h: wrote ? (written1h ?? 0) : undefined,
      cacheWriteUnknownTtl: wrote ? Math.max(0, (written ?? 0) - split) : undefined,
      output,
      reasoning: thinking === undefined ? undefined : Math.min(thinking, output ?? thinking),
    });
  }

  /** undefined: nothing was reported. */
  whole(): Usage | undefined {
    return Object.keys(this.figures).length === 0 ? undefined : mergeUsage(NO_USAGE, this.partial());
  }
}

export function readMessagesUsage(value: Json | undefined): Usage | undefined {
  const usage = new MessagesUsage();
  usage.take(value);
  return usage.whole();
}
