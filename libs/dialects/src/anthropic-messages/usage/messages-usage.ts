import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { compact, type PartialUsage, type Usage } from '@turnpike/protocol';
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

/** Writes the figures that the report holds over the earlier ones; false when it holds none. */
function takeFigures(into: Figures, usage: JsonObject): boolean {
  const creation = objectOf(usage.cache_creation);
  const input = countOf(usage.input_tokens);
  const read = countOf(usage.cache_read_input_tokens);
  const written = countOf(usage.cache_creation_input_tokens);
  const written5m = countOf(creation?.ephemeral_5m_input_tokens);
  const written1h = countOf(creation?.ephemeral_1h_input_tokens);
  const output = countOf(usage.output_tokens);
  const thinking = countOf(objectOf(usage.output_tokens_details)?.thinking_tokens);
  into.input = input ?? into.input;
  into.read = read ?? into.read;
  into.written = written ?? into.written;
  into.written5m = written5m ?? into.written5m;
  into.written1h = written1h ?? into.written1h;
  into.output = output ?? into.output;
  into.thinking = thinking ?? into.thinking;
  const given = input ?? read ?? written ?? written5m ?? written1h ?? output ?? thinking;
  return given !== undefined;
}

/**
 * Usage reports of one answer. Figures are cumulative: the later one replaces the earlier, null ones say nothing. The
 * wire's figures are kept, because the split of cache writes by lifetime may stand in one report and the sum in another.
 */
export class MessagesUsage {
  private readonly figures: Figures = {};
  private reported = false;

  /** Takes a `usage` object; false when it holds no figure. */
  take(value: Json | undefined): boolean {
    const took = isObject(value) && takeFigures(this.figures, value);
    this.reported ||= took;
    return took;
  }

  /** Everything reported so far; what was not reported is left out. */
  partial(): PartialUsage {
    const { input, read, written, written5m, written1h, output, thinking } = this.figures;
    const wrote = written ?? written5m ?? written1h;
    const split = (written5m ?? 0) + (written1h ?? 0);
    return compact<PartialUsage>({
      input,
      cacheRead: read,
      cacheWrite5m: wrote === undefined ? undefined : (written5m ?? 0),
      cacheWrite1h: wrote === undefined ? undefined : (written1h ?? 0),
      cacheWriteUnknownTtl: wrote === undefined ? undefined : Math.max(0, (written ?? 0) - split),
      output,
      reasoning: thinking === undefined ? undefined : Math.min(thinking, output ?? thinking),
    });
  }

  /** undefined: nothing was reported. */
  whole(): Usage | undefined {
    if (!this.reported) return undefined;
    const {
      input = 0,
      read = 0,
      written = 0,
      written5m = 0,
      written1h = 0,
      output = 0,
      thinking = 0,
    } = this.figures;
    return {
      input,
      cacheRead: read,
      cacheWrite5m: written5m,
      cacheWrite1h: written1h,
      cacheWriteUnknownTtl: Math.max(0, written - written5m - written1h),
      output,
      reasoning: Math.min(thinking, output),
    };
  }
}

export function readMessagesUsage(value: Json | undefined): Usage | undefined {
  const usage = new MessagesUsage();
  usage.take(value);
  return usage.whole();
}
