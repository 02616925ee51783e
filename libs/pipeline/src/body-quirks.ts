import type { Json, JsonObject } from '@turnpike/kernel';
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
    ...Object.entries(quirks?.renamedMembers ?? {}).flat(),
    ...Object.keys(quirks?.words ?? {}),
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

/** Names that the provider calls otherwise. One that the client wrote in both forms keeps the provider's own. */
function renamings({ spans }: Envelope, names: Readonly<Record<string, string>>): Edit[] {
  return Object.entries(names).flatMap(([name, own]) => {
    const span = spans.has(own) ? undefined : spans.get(name);
    return span
      ? [{ start: span.nameStart, end: span.start, bytes: Buffer.from(`${JSON.stringify(own)}:`) }]
      : [];
  });
}

/** Words that the provider has others for. */
function rewordings({ bytes, spans }: Envelope, words: NonNullable<Quirks['words']>): Edit[] {
  return Object.entries(words).flatMap(([name, table]) => {
    const span = spans.get(name);
    if (!span) return [];
    const value = bytes.toString('utf8', span.start, span.end);
    const known = Object.entries(table).find(([word]) => value === JSON.stringify(word));
    return known ? [{ start: span.start, end: span.end, bytes: Buffer.from(JSON.stringify(known[1])) }] : [];
  });
}

/** Common names that leave because the client wrote the provider's own as well. */
const doubled = ({ renamedMembers = {} }: Quirks, has: (name: string) => boolean): string[] =>
  Object.entries(renamedMembers).flatMap(([name, own]) => (has(name) && has(own) ? [name] : []));

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
  const told = [
    ...(quirks.renamedMembers === undefined ? [] : renamings(envelope, quirks.renamedMembers)),
    ...(quirks.words === undefined ? [] : rewordings(envelope, quirks.words)),
  ];
  const leaving = [...refused, ...doubled(quirks, (name) => envelope.spans.has(name))];
  const removed = leaving.length === 0 ? [] : removeMembers(envelope, leaving);
  return { edits: [...added, ...told, ...removed], refused, losses: lossOf(refused) };
}

const bends = ({ addMembers, renamedMembers, words }: Quirks): boolean =>
  addMembers !== undefined || renamedMembers !== undefined || words !== undefined;

const reworded = (
  table: Readonly<Record<string, string>> | undefined,
  value: Json | undefined,
): Json | undefined => (typeof value === 'string' ? (table?.[value] ?? value) : value);

/** The same on a body that was encoded here. */
export function applyQuirks(
  body: JsonObject,
  quirks: Quirks | undefined,
): { readonly body: JsonObject; readonly losses: readonly Loss[] } {
  if (quirks === undefined) return { body, losses: [] };
  const refused = refusedBy(quirks).filter((name) => Object.hasOwn(body, name));
  if (refused.length === 0 && !bends(quirks)) return { body, losses: [] };
  const leaving = [...refused, ...doubled(quirks, (name) => Object.hasOwn(body, name))];
  const kept = Object.entries(body)
    .filter(([name]) => !leaving.includes(name))
    .map(([name, value]): [string, Json | undefined] => [
      quirks.renamedMembers?.[name] ?? name,
      reworded(quirks.words?.[name], value),
    ]);
  return {
    body: { ...quirks.addMembers, ...Object.fromEntries(kept), ...quirks.addMembers },
    losses: lossOf(refused),
  };
}
