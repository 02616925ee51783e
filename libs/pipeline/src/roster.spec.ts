import fc from 'fast-check';
import { Roster, type Member } from './roster';

const members = (count: number): Member[] => Array.from({ length: count }, () => ({ place: -1 }));

describe('Roster', () => {
  it('holds what a Set would hold, whoever joins and leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9))), (steps) => {
        const all = members(10);
        const roster = new Roster<Member>();
        const expected = new Set<Member>();
        for (const [joins, i] of steps) {
          const member = all[i];
          if (!member) continue;
          if (joins) roster.add(member);
          else roster.remove(member);
          if (joins) expected.add(member);
          else expected.delete(member);
        }
        expect(roster.size).toBe(expected.size);
        expect(roster.list().every((member) => expected.has(member))).toBe(true);
      }),
    );
  });

  it('lists those who were there, also while they leave', () => {
    const roster = new Roster<Member>();
    const all = members(5);
    for (const member of all) roster.add(member);
    for (const member of roster.list()) roster.remove(member);
    expect(roster.size).toBe(0);
    expect(all.every(({ place }) => place === -1)).toBe(true);
  });
});
