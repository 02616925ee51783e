import type { Json, JsonObject } from '@turnpike/kernel';
import { compact, NO_USAGE, type PartialUsage, type Usage } from '@turnpike/protocol';
import { countOf } from '../../answer';
import { camelObject } from '../wire';

interface Figures {
  prompt?: number;
  cached?: number;
  toolUse?: number;
  candidates?: number;
  thoughts?: number;
  total?: number;
}

/** Writes the figures that the report holds over the earlier ones; false when it holds none. */
function takeFigures(into: Figures, usage: JsonObject): boolean {
  const prompt = countOf(usage.promptTokenCount);
  const cached = countOf(usage.cachedContentTokenCount);
  const toolUse = countOf(usage.toolUsePromptTokenCount);
  const candidates = countOf(usage.candidatesTokenCount);
  const thoughts = countOf(usage.thoughtsTokenCount);
  into.prompt = prompt ?? into.prompt;
  into.cached = cached ?? into.cached;
  into.toolUse = toolUse ?? into.toolUse;
  into.candidates = candidates ?? into.candidates;
  into.thoughts = thoughts ?? into.thoughts;
  into.total = countOf(usage.totalTokenCount) ?? into.total;
  return (prompt ?? cached ?? toolUse ?? candidates ?? thoughts) !== undefined;
}

/** Input that was not cached. More cached than prompt means that the prompt was given without it. */
function inputOf({ prompt = 0, cached = 0, toolUse = 0 }: Figures): number {
  return (cached > prompt ? prompt : prompt - cached) + toolUse;
}

/**
 * Thoughts are counted beside the candidates. Some servers count them inside: then the total is what prompt and
 * candidates alone add up to.
 */
function outputOf({ prompt = 0, toolUse = 0, candidates = 0, thoughts = 0, total }: Figures): number {
  const inside = thoughts > 0 && thoughts <= candidates && total === prompt + toolUse + candidates;
  return inside ? candidates : candidates + thoughts;
}

/**
 * Usage reports of one answer: chunks repeat them and the last figures count, field by field. The wire's figures are
 * kept, because each of ours is made of several of them.
 */
export class GeminiUsage {
  private readonly figures: Figures = {};
  private reported = false;

  /** Takes a `usageMetadata` object; false when it holds no figure. */
  take(value: Json | undefined): boolean {
    const usage = camelObject(value);
    const took = usage !== undefined && takeFigures(this.figures, usage);
    this.reported ||= took;
    return took;
  }

  /** Everything reported so far; what was not reported is left out. */
  partial(): PartialUsage {
    const { prompt, cached, toolUse, candidates, thoughts } = this.figures;
    return compact<PartialUsage>({
      input: (prompt ?? cached ?? toolUse) === undefined ? undefined : inputOf(this.figures),
      cacheRead: cached,
      output: (candidates ?? thoughts) === undefined ? undefined : outputOf(this.figures),
      reasoning: thoughts,
    });
  }

  /** undefined: nothing was reported. */
  whole(): Usage | undefined {
    return this.reported ? { ...NO_USAGE, ...this.partial() } : undefined;
  }
}

/** Reads a `usageMetadata` object; undefined when it holds no figure. */
export function readGeminiUsage(value: Json | undefined): Usage | undefined {
  const usage = new GeminiUsage();
  usage.take(value);
  return usage.whole();
}
