import type { Metric, Registry } from 'prom-client';
import { METRIC_PREFIX, METRICS, type MetricName, type MetricRow } from './metric-table';

interface Sample {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A plain number on the hot path; read when somebody scrapes. */
export interface NumberSlot {
  value: number;
}

/** Counts per bucket, not cumulated; the sum of what was observed. */
export interface HistogramSlot {
  readonly counts: number[];
  sum: number;
}

type SlotTree<Slot> = Map<string, Map<string, Map<string, Map<string, Slot>>>>;

function branch<Value>(tree: Map<string, Map<string, Value>>, label: string): Map<string, Value> {
  let found = tree.get(label);
  if (found === undefined) {
    found = new Map<string, Value>();
    tree.set(label, found);
  }
  return found;
}

/** One metric of the table with its series; the registry asks `get()` at a scrape. */
abstract class SlotMetric<Slot> {
  readonly name: string;
  readonly help: string;
  readonly type: MetricRow['type'];
  readonly aggregator = 'sum';
  protected readonly row: MetricRow;
  readonly #slots: SlotTree<Slot> = new Map();

  constructor(registry: Registry, metric: MetricName) {
    this.row = METRICS[metric];
    this.name = METRIC_PREFIX + metric;
    this.help = this.row.help;
    this.type = this.row.type;
    if (this.row.labels.length === 0) this.slot();
    registry.registerMetric(this as unknown as Metric);
  }

  /**
   * The series with these label values, in the order of the table; made at its first use. A tree of maps, one level per
   * label: a joined key would have to be built and hashed for every count.
   */
  slot(a = '', b = '', c = '', d = ''): Slot {
    const known = this.#slots.get(a)?.get(b)?.get(c)?.get(d);
    if (known !== undefined) return known;
    const slot = this.emptySlot();
    branch(branch(branch(this.#slots, a), b), c).set(d, slot);
    return slot;
  }

  get(): { name: string; help: string; type: string; aggregator: string; values: Sample[] } {
    const { name, help, type, aggregator } = this;
    const values: Sample[] = [];
    for (const [a, inA] of this.#slots)
      for (const [b, inB] of inA)
        for (const [c, inC] of inB)
          for (const [d, slot] of inC) values.push(...this.samplesOf(slot, this.#labels([a, b, c, d])));
    return { name, help, type, aggregator, values };
  }

  /** Forgets every series; the registry's `resetMetrics`. */
  reset(): void {
    this.#slots.clear();
  }

  #labels(values: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.row.labels.map((label, i) => [label, values[i] ?? '']));
  }

  protected abstract emptySlot(): Slot;
  protected abstract samplesOf(slot: Slot, labels: Record<string, string>): Sample[];
}

/** Counters and gauges: `slot.value += n`. */
export class NumberMetric extends SlotMetric<NumberSlot> {
  protected emptySlot(): NumberSlot {
    return { value: 0 };
  }

  protected samplesOf(slot: NumberSlot, labels: Record<string, string>): Sample[] {
    return [{ labels, value: slot.value }];
  }
}

/** Histograms: `observe(slot, x)`. */
export class HistogramMetric extends SlotMetric<HistogramSlot> {
  get #bounds(): readonly number[] {
    return this.row.buckets ?? [];
  }

  protected emptySlot(): HistogramSlot {
    return { counts: new Array<number>((this.row.buckets?.length ?? 0) + 1).fill(0), sum: 0 };
  }

  observe(slot: HistogramSlot, value: number): void {
    const bounds = this.#bounds;
    let i = 0;
    while (i < bounds.length && value > (bounds[i] ?? 0)) i++;
    slot.counts[i] = (slot.counts[i] ?? 0) + 1;
    slot.sum += value;
  }

  protected samplesOf(slot: HistogramSlot, labels: Record<string, string>): Sample[] {
    let count = 0;
    const buckets = slot.counts.map((n, i) => {
      count += n;
      return {
        metricName: `${this.name}_bucket`,
        labels: { le: this.#bounds[i] ?? '+Inf', ...labels },
        value: count,
      };
    });
    const sum = { metricName: `${this.name}_sum`, labels, value: slot.sum };
    return [...buckets, sum, { metricName: `${this.name}_count`, labels, value: count }];
  }
}

/** A gauge whose value is asked for at the scrape. */
export class ReadGauge extends SlotMetric<NumberSlot> {
  readonly #read: () => number;

  constructor(registry: Registry, metric: MetricName, read: () => number) {
    super(registry, metric);
    this.#read = read;
  }

  protected emptySlot(): NumberSlot {
    return { value: 0 };
  }

  protected samplesOf(_slot: NumberSlot, labels: Record<string, string>): Sample[] {
    return [{ labels, value: this.#read() }];
  }
}
