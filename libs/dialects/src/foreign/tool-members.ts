import type { LossLog, Tool } from '@turnpike/protocol';

/** Members that say what the tool says anyway: its kind, and its schema in an older form. */
const TOLD: ReadonlySet<string> = new Set(['type', 'parameters']);

/** Names as losses what only the client's dialect knows of a tool. */
export function dropToolMembers({ kind, raw }: Tool, losses: LossLog): void {
  if (kind === 'hosted' || raw === undefined) return;
  for (const name of Object.keys(raw)) if (!TOLD.has(name)) losses.dropped(name);
}
