/** What a model asks an agent's tool to do, in the words of a provider's script. */
export interface ToolOrder {
  readonly toolName: string;
  readonly toolArgs: Readonly<Record<string, unknown>>;
}

export interface AgentRun {
  readonly prompt: string;
  /** The agent's working directory. */
  readonly project: string;
  /** Where it keeps settings and sessions; runs that share it know each other's sessions. */
  readonly home: string;
  /** Base URL without a path. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** The session to go on with. */
  readonly session?: string;
}

export interface AgentAnswer {
  readonly exitCode: number | null;
  /** The last thing it said; empty when it said nothing. */
  readonly text: string;
  /** What `session` of a later run has to be. */
  readonly session: string;
  /** Everything it printed. */
  readonly output: string;
}

/** A coding agent as far as the shared cases have to know it. */
export interface Agent {
  readonly name: string;
  /** Agents treat models differently by name. All cases run with the first, the tool loop with each. */
  readonly models: readonly [string, ...string[]];
  run(run: AgentRun): Promise<AgentAnswer>;
  /** Shows a text file to the model. */
  read(file: string): ToolOrder;
  /** Shows a text file, and works when the model asks for it twice at once. Default: `read`. */
  readTwice?(file: string): ToolOrder;
  /** Shows an image to the model. */
  look(file: string): ToolOrder;
}
