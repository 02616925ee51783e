import type { BlockContent, ChoiceEvent, Signature } from '@turnpike/protocol';
import { areWholeArguments, ObjectTracker } from '../../answer';
import type { CallFragment } from '../response/read-said';

/** One call of the answer as its fragments come in. */
class CallSlot {
  id: string;
  name = '';
  args = '';
  opened = false;
  readonly tracker = new ObjectTracker();

  constructor(
    readonly index: number | undefined,
    readonly custom: boolean,
    readonly signature: Signature | undefined,
    id: string,
  ) {
    this.id = id;
  }

  addArguments(text: string): void {
    this.args += text;
    if (!this.custom) this.tracker.push(text);
  }

  /** True: a fragment with this name and these arguments cannot belong to this call any more. */
  isOver(fragment: CallFragment): boolean {
    return this.tracker.complete && fragment.name !== undefined && fragment.args.trim() !== '';
  }
}

/**
 * Sorts fragments into calls the way real servers need it: indexes may be missing, start anywhere or be 0 for every
 * call; ids may be missing or stand on every fragment; a name may be repeated or come in pieces before the arguments.
 * A call opens with its first arguments, when another call's fragment comes, or at the end: until then its name can grow.
 */
export class CallSlots {
  private readonly slots: CallSlot[] = [];
  private readonly blocks = new Map<CallSlot, number>();

  constructor(private readonly nextBlock: () => number) {}

  get count(): number {
    return this.slots.filter((slot) => slot.name !== '').length;
  }

  get wholeCount(): number {
    return this.slots.filter((slot) => slot.name !== '' && (slot.custom || areWholeArguments(slot.args)))
      .length;
  }

  push(fragment: CallFragment): ChoiceEvent[] {
    const slot = this.find(fragment) ?? this.add(fragment);
    const out: ChoiceEvent[] = [];
    for (const other of this.slots) if (other !== slot) out.push(...this.open(other));
    if (slot.id === '') slot.id = fragment.id ?? '';
    if (!slot.opened && fragment.name !== undefined && fragment.name !== slot.name)
      slot.name += fragment.name;
    if (fragment.args === '') return out;
    slot.addArguments(fragment.args);
    if (slot.opened) out.push(this.argumentsDelta(slot, fragment.args));
    else if (slot.args.trim() !== '') out.push(...this.open(slot));
    return out;
  }

  /** Opens what waits and ends every call. undefined: a call with arguments never got a name. */
  close(): ChoiceEvent[] | undefined {
    const out: ChoiceEvent[] = [];
    for (const slot of this.slots) {
      out.push(...this.open(slot));
      const block = this.blocks.get(slot);
      if (block !== undefined) out.push({ kind: 'block-end', block });
      else if (slot.args.trim() !== '') return undefined;
    }
    return out;
  }

  private find({ index, id, ...rest }: CallFragment): CallSlot | undefined {
    const alike = index === undefined ? this.slots : this.slots.filter((slot) => slot.index === index);
    const current = alike.at(-1);
    if (!current || current.isOver({ index, id, ...rest })) return undefined;
    if (id !== undefined) {
      const same = alike.findLast((slot) => slot.id === id);
      if (same) return same;
      return current.id === '' && index !== undefined ? current : undefined;
    }
    const anew = index === undefined && rest.name !== undefined && current.args !== '';
    return anew ? undefined : current;
  }

  private add(fragment: CallFragment): CallSlot {
    const slot = new CallSlot(fragment.index, fragment.custom, fragment.signature, fragment.id ?? '');
    this.slots.push(slot);
    return slot;
  }

  private open(slot: CallSlot): ChoiceEvent[] {
    if (slot.opened || slot.name === '') return [];
    slot.opened = true;
    const block = this.nextBlock();
    this.blocks.set(slot, block);
    const content: BlockContent = {
      kind: 'call',
      id: slot.id,
      name: slot.name,
      tool: slot.custom ? 'custom' : 'function',
      ...(slot.signature === undefined ? {} : { signature: slot.signature }),
    };
    const start: ChoiceEvent = { kind: 'block-start', block, content };
    return slot.args === '' ? [start] : [start, this.argumentsDelta(slot, slot.args)];
  }

  private argumentsDelta(slot: CallSlot, text: string): ChoiceEvent {
    return { kind: 'block-delta', block: this.blocks.get(slot) ?? 0, delta: { kind: 'arguments', text } };
  }
}
