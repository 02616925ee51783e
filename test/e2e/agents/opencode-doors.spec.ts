import { describeAgent } from './agent-cases';
import { opencode, OPENCODE_PACKAGES } from './run-opencode';

/** The package that all other cases are run with speaks Chat. */
const OTHERS = OPENCODE_PACKAGES.filter((npm) => npm !== '@ai-sdk/openai-compatible');

describe.each(OTHERS)('opencode with %s', (npm) => {
  describeAgent('opencode', opencode(npm), { brief: true });
});
