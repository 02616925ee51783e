import type { JsonObject } from '@turnpike/kernel';
import { REFUSABLE_MEMBERS, type Edit, type Envelope, type Loss } from '@turnpike/protocol';
import type { ProviderDefinition, Quirks } from '@turnpike/provider';
import { removeMembers } from './passthrough-edits';

const NONE: readonly string[] = [];
const OPENING_BRACE = 0x7b;

/** The name of the model is no loss: it stands in the address then. */
const lossOf = (names: readonly string[]): Loss[] =>
  names.filter((name) => name !== 'model').map((name) => `dropped:${name}`);

/** Members that a provider must not be sent. */
const refusedBy = ({ removeMembers: removed = NONE, routingMembers = NONE }: Quirks): readonly string[] => [
  ...removed,
  ...routingMembers,
];

/** Members of bodies that some quirk is about, or may be by configuration: the scan has to know where they are. */
export const quirkMembers = (definitions: readonly ProviderDefinition[]): string[] => [
  ...REFUSABLE_MEMBERS,
  ...definitions.flatMap(({ quirks }) => [
    ...refusedBy(quirks ?? {}),
    ...Object.keys(quirks?.addMembers ?? {}),
  ]),
];

const written = new WeakMap<JsonObject, ReadonlyMap<string, Buffer>>();

/** Values as JSON, kept: they are those of the definitions. */
function valuesOf(members: JsonObject): ReadonlyMap<string, Buffer> {
  let bytes = written.get(members);
  if (!bytes) {
    bytes = new Map(
      Object.entries(members).map(([name, value]) => [name, Buffer.from(JSON.stringify(value))]),
    );
    written.set(members, bytes);
  }
  return bytes;
}

/** What the provider wants goes first, unless the client wrote it: then its value is replaced where it stands. */
function additions({ bytes, spans }: Envelope, members: JsonObject): Edit[] {
  const edits: Edit[] = [];
  const missing: Buffer[] = [];
  for (const [name, value] of valuesOf(members)) {
    const span = spans.get(name);
    if (span) edits.push({ start: span.start, end: span.end, bytes: value });
    else missing.push(Buffer.from(`${JSON.stringify(name)}:`), value, Buffer.from(','));
  }
  if (missing.length === 0) return edits;
  const at = bytes.indexOf(OPENING_BRACE) + 1;
  return [{ start: at, end: at, bytes: Buffer.concat(missing) }, ...edits];
}

export interface QuirkEdits {
  /** Insertions before removals: where both are at one place, this is their order. */
  readonly edits: readonly Edit[];
  /** Names of the members that leave. */
  readonly refused: readonly string[];
  readonly losses: readonly Loss[];
}

const NO_EDITS: QuirkEdits = { edits: [], refused: NONE, losses: [] };

/** A provider's quirks as edits of the original bytes. */
export function quirkEdits(envelope: Envelope, quirks: Quirks | undefined): QuirkEdits {
  if (quirks === undefined) return NO_EDITS;
  const refused = refusedBy(quirks).filter((name) => envelope.spans.has(name));
  const added = quirks.addMembers === undefined ? [] : additions(envelope, quirks.addMembers);
  const edits = refused.length === 0 ? added : [...added, ...removeMembers(envelope, refused)];
  return { edits, refused, losses: lossOf(refused) };
}

/** The same on a body that was encoded here. */
export function applyQuirks(
  body: JsonObject,
  quirks: Quirks | undefined,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } {
  if (quirks === undefined) return { body, losses: [] };
  const refused = refusedBy(quirks).filter((name) => Object.hasOwn(body, name));
  if (refused.length === 0 && quirks.addMembers === undefined) return { body, losses: [] };
  const kept = Object.entries(body).filter(([name]) => !refused.includes(name));
  return {
    body: { ...quirks.addMembers, ...Object.fromEntries(kept), ...quirks.addMembers },
    losses: lossOf(refused),
  };
}
