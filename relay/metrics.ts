/** What is counted, in the order in which it is told. Labels are of closed lists: no channel, no address. */
const COUNTERS = {
  relay_hooks_total: 'Requests at the public door by provider and outcome.',
  relay_messages_delivered_total: 'Messages written to desktops; one that is sent again counts again.',
  relay_acknowledgements_total: 'Acknowledgements by desktops.',
  relay_sessions_total: 'Proofs of possession by outcome.',
  relay_sign_ins_total: 'Browser returns by outcome.',
  relay_refusals_total: 'Refused calls of desktops by code.',
  relay_failures_total: 'Requests that failed for a fault of our own.',
  relay_purged_messages_total: 'Messages forgotten because the retention passed.',
} as const;
export type CounterName = keyof typeof COUNTERS;

const BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 250, 1_000];

export type Metrics = {
  count(name: CounterName, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** The time from the first byte of a hook to its answer. */
  hookAnswered(ms: number): void;
  /** Prometheus' text format (0.0.4). `gauges`: what stands now, by name. */
  text(gauges: Readonly<Record<string, number>>): string;
};

export function createMetrics(): Metrics {
  const counts = new Map<string, number>();
  const within = BUCKETS_MS.map(() => 0);
  let hooks = 0;
  let totalMs = 0;

  return {
    count: (name, labels = {}, by = 1) => {
      const inner = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const line = inner.length === 0 ? name : `${name}{${inner.join(',')}}`;
      counts.set(line, (counts.get(line) ?? 0) + by);
    },
    hookAnswered: (ms) => {
      hooks += 1;
      totalMs += ms;
      for (const [index, limit] of BUCKETS_MS.entries()) if (ms <= limit) within[index] = (within[index] ?? 0) + 1;
    },
    text: (gauges) => {
      const lines: string[] = [];
      for (const [name, help] of Object.entries(COUNTERS)) {
        lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
        const own = [...counts].filter(([line]) => line === name || line.startsWith(`${name}{`));
        for (const [line, value] of own) lines.push(`${line} ${value}`);
      }
      lines.push('# HELP relay_hook_seconds Time to answer a hook.', '# TYPE relay_hook_seconds histogram');
      for (const [index, limit] of BUCKETS_MS.entries())
        lines.push(`relay_hook_seconds_bucket{le="${limit / 1000}"} ${within[index] ?? 0}`);
      lines.push(`relay_hook_seconds_bucket{le="+Inf"} ${hooks}`);
      lines.push(`relay_hook_seconds_sum ${totalMs / 1000}`, `relay_hook_seconds_count ${hooks}`);
      for (const [name, value] of Object.entries(gauges)) lines.push(`# TYPE ${name} gauge`, `${name} ${value}`);
      return `${lines.join('\n')}\n`;
    },
  };
}
