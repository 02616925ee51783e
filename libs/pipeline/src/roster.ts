/** Something that can stand in one roster. Its place belongs to the roster; -1: it stands in none. */
export interface Member {
  place: number;
}

/**
 * Who is there at the moment; joining and leaving cost the same however many there are. Not a Set: V8 replaces a Set's
 * table every few dozen deletions, dead tables of the old generation point to their successors, and through that chain
 * calls that had long ended survived until the next full collection.
 */
export class Roster<T extends Member> {
  private readonly members: T[] = [];

  get size(): number {
    return this.members.length;
  }

  add(member: T): void {
    if (member.place >= 0) return;
    member.place = this.members.length;
    this.members.push(member);
  }

  remove(member: T): void {
    const { place } = member;
    if (place < 0) return;
    member.place = -1;
    const last = this.members.pop();
    if (last === undefined || last === member) return;
    last.place = place;
    this.members[place] = last;
  }

  /** Those who are there now, whatever happens to them meanwhile. */
  list(): readonly T[] {
    return [...this.members];
  }
}
