/** What the vendor's models differ in as far as a request can be wrong about it; names it does not know are of no family. */
export interface GeminiTraits {
  /** Calls of the running turn must come back signed. */
  readonly signedCalls: boolean;
  /** Calls have ids. */
  readonly callIds: boolean;
  /** Thinking by level. */
  readonly levels: boolean;
  /** Lowest and highest thinking budget; 0 when it may be off. Absent: no thinking. */
  readonly budget: { readonly low: number; readonly high: number; readonly off: boolean } | undefined;
  readonly penalties: boolean;
  readonly jsonWithTools: boolean;
  /** A conversation may end with the model, which then goes on. */
  readonly prefill: boolean;
}

const THIRD = /^gemini-3/;
const PLAIN = /^gemini-(1|2\.0)/;

function budgetOf(model: string): GeminiTraits['budget'] {
  if (PLAIN.test(model)) return undefined;
  if (model.startsWith('gemini-2.5-pro')) return { low: 128, high: 32_768, off: false };
  if (model.startsWith('gemini-2.5-flash-lite')) return { low: 512, high: 24_576, off: true };
  if (model.startsWith('gemini-2.5')) return { low: 0, high: 24_576, off: true };
  return { low: 0, high: 65_536, off: !THIRD.test(model) };
}

export const geminiTraits = (model: string): GeminiTraits => ({
  signedCalls: THIRD.test(model),
  callIds: THIRD.test(model),
  levels: !/^gemini-(1|2)/.test(model),
  budget: budgetOf(model),
  penalties: !/^gemini-(2\.5|3)/.test(model),
  jsonWithTools: !/^gemini-(1|2)/.test(model),
  prefill: /^gemini-(1|2|3-|3\.1-|pro-latest)/.test(model),
});
