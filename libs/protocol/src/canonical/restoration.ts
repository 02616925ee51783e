/**
 * What a request encoder changed on the way up and a response must change back. Applied between the upstream's
 * decoder and the client's encoder, to whole answers and streams alike.
 */
export interface Restoration {
  /** Tool name sent upstream -> the client's tool. */
  readonly tools?: ReadonlyMap<
    string,
    { readonly name: string; readonly namespace?: string; readonly custom?: boolean }
  >;
  /** Structured output was emulated by this hidden tool: its arguments are the answer's text. */
  readonly hiddenTool?: { readonly name: string; readonly unwrapValue: boolean };
  /** Strip ```json fences: structured output was emulated by instruction. */
  readonly stripFences?: boolean;
  /** Stop sequences the upstream cannot enforce. */
  readonly localStops?: readonly string[];
  /** Leading tag whose text is reasoning. */
  readonly thinkTag?: string;
  /** The tag stood in the prompt already. */
  readonly thinkOpened?: boolean;
}
