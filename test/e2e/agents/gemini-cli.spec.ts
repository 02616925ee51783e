import { describeAgent } from './agent-cases';
import { geminiCli } from './run-gemini-cli';

/** Out of an earlier run it sends each result twice: put right where its API is translated, refused where it is not. */
describeAgent('Gemini CLI', geminiCli, { resumesWithoutToolsAt: ['gemini'] });
