import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type FamilySpec, families } from './families.ts'

/** A sample of a counter, for what happens often: adding to it costs nothing. */
export interface Tally {
  /** What has been counted since somebody last asked. */
  pending: number
}

/** The families of metrics, ready to be counted in. */
export interface Meters {
  counter(name: string): Counter
  /** One sample of a counter. To be kept: there is no second one of the same labels. */
  tally(name: string, labels?: Readonly<Record<string, string>>): Tally
  gauge(name: string): Gauge
  histogram(name: string): Histogram
  /** Everything in the text format, in the order of the families; figures of the process come last. */
  render(options: { readonly detail: boolean }): Promise<string>
}

/** Creates all families at zero. Names are without `agentguard_`. */
export function createMeters({ withProcess = true }: { withProcess?: boolean } = {}): Meters {
  const registry = new Registry()
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  const histograms = new Map<string, Histogram>()
  for (const spec of families) {
    const { name, help, labels: labelNames, type } = spec
    const common = { name, help, labelNames, registers: [registry] }
    if (type === 'counter') counters.set(name, startCounter(new Counter(common), spec))
    else if (type === 'gauge') gauges.set(name, new Gauge(common))
    else {
      const { buckets = [] } = spec
      const histogram = new Histogram({ ...common, buckets: [...buckets] })
      for (const labels of spec.always ?? []) histogram.zero(labels)
      histograms.set(name, histogram)
    }
  }
  const tallies: (() => void)[] = []
  const own = new Map(families.map((spec) => [spec.name, spec]))
  if (withProcess) collectDefaultMetrics({ register: registry })

  return {
    counter: (name) => find(counters, name),
    tally(name, labels = {}) {
      const counter = find(counters, name)
      const tally = { pending: 0 }
      // Looking a sample up by its labels costs more than everything else that a check counts.
      tallies.push(() => {
        if (tally.pending > 0) counter.inc(labels, tally.pending)
        tally.pending = 0
      })
      return tally
    },
    gauge: (name) => find(gauges, name),
    histogram: (name) => find(histograms, name),
    async render({ detail }) {
      for (const take of tallies) take()
      const texts = registry.getMetricsAsArray().map((metric) => {
        const spec = own.get(metric.name)
        return spec?.isDetail && !detail
          ? headerOf(spec)
          : registry.getSingleMetricAsString(metric.name)
      })
      return `${(await Promise.all(texts)).join('\n')}\n`
    }
  }
}

function startCounter(counter: Counter, { always = [] }: FamilySpec): Counter {
  for (const labels of always) counter.inc(labels, 0)
  return counter
}

function headerOf({ name, help, type }: FamilySpec): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}`
}

function find<T>(found: ReadonlyMap<string, T>, name: string): T {
  const metric = found.get(`agentguard_${name}`)
  if (metric === undefined) throw new TypeError(`there are no metrics \`${name}\``)
  return metric
}
