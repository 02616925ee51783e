/** `RESILIENCE=long`: minutes instead of seconds, and what was measured is printed; `short` prints alone. */
const mode = process.env['RESILIENCE'];

export const IS_LONG = mode === 'long';

/** The length of a phase in milliseconds. */
export const lasting = (shortMs: number, longMs: number): number => (IS_LONG ? longMs : shortMs);

/** The value below which that share of all lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** How many there are of each. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** What a suite measured, a line each. */
export class Figures {
  private readonly lines: (readonly [string, string])[] = [];

  constructor(private readonly title: string) {}

  add(what: string, figures: Readonly<Record<string, unknown>>): void {
    const told = Object.entries(figures).map(([name, value]) => {
      const shown =
        typeof value === 'number' ? String(Math.round(value * 1_000) / 1_000) : JSON.stringify(value);
      return `${name} ${shown}`;
    });
    this.lines.push([what, told.join(', ')]);
  }

  print(): void {
    if (mode === undefined || this.lines.length === 0) return;
    const width = Math.max(...this.lines.map(([what]) => what.length));
    const table = this.lines.map(([what, told]) => `  ${what.padEnd(width)} | ${told}`);
    process.stdout.write(`${this.title}\n${table.join('\n')}\n`);
  }
}
