/**
 * The small models that coding agents use for their side requests, as seen on 2026-11: Claude Code names its haiku,
 * Gemini CLI asks a flash-lite which model should answer.
 */
const SMALL_MODEL = /claude[\w.@-]*haiku|gemini[\w.-]*flash-lite/i;

/** Coding agents by their user agents. Their turns always bring tools. */
const AGENT = /(?:^|[\s(])(?:claude-cli|GeminiCLI[\w-]*|opencode|QwenCode|codex[\w-]*)\//i;

export const isSmallModel = (model: string): boolean => SMALL_MODEL.test(model);

export const isAgent = (userAgent: string | undefined): boolean =>
  userAgent !== undefined && AGENT.test(userAgent);
