import type { Part } from '../canonical/content';

/** The words of one part, for places that hold text alone; undefined when it has none. */
export function partText(part: Part): string | undefined {
  switch (part.kind) {
    case 'text':
    case 'refusal':
    case 'opaque':
      return part.text;
    case 'file':
      return part.text === undefined ? undefined : documentText(part.name, part.text);
    default:
      return undefined;
  }
}

/** A plain-text document where documents do not exist: its title, then its words. */
export const documentText = (title: string | undefined, text: string): string =>
  title === undefined ? text : `${title}\n\n${text}`;

export const joinText = (parts: readonly Part[], separator: string): string =>
  parts
    .map(partText)
    .filter((text) => text !== undefined)
    .join(separator);
