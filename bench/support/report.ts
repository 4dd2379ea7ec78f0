/** What a benchmark is given and what it gives back. */
export type Bench = (options: { readonly quick: boolean; readonly tell: (text: string) => void }) => Promise<Outcome>;

export type Outcome = {
  /** Every figure measured, by name. Null: it could not be measured here; a note says why. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly goals: Readonly<Record<string, Goal>>;
  readonly notes: readonly string[];
};

/** Met when the figure is at least `atLeast` and at most `atMost`. A figure that could not be measured is not met. */
export type Goal = {
  readonly figure: number | null;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly met: boolean;
};

export function goal(figure: number | null, limits: { readonly atLeast?: number; readonly atMost?: number }): Goal {
  const { atLeast = -Infinity, atMost = Infinity } = limits;
  return { figure, ...limits, met: figure !== null && figure >= atLeast && figure <= atMost };
}

export function goalsMet(outcome: Outcome): boolean {
  return Object.values(outcome.goals).every((each) => each.met);
}

export function tableOf({ figures, goals, notes }: Outcome): string {
  const figureRows = Object.entries(figures).map(([name, value]) => `| ${name} | ${shown(value)} |`);
  const goalRows = Object.entries(goals).map(
    ([name, { figure, atLeast, atMost, met }]) =>
      `| ${name} | ${shown(figure)} | ${atLeast === undefined ? `at most ${shown(atMost ?? null)}` : `at least ${shown(atLeast)}`} | ${met ? 'met' : 'NOT met'} |`,
  );
  return [
    '| figure | value |',
    '| --- | ---: |',
    ...figureRows,
    '',
    '| goal | measured | wanted | |',
    '| --- | ---: | ---: | --- |',
    ...goalRows,
    ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
  ].join('\n');
}

/** The middle of several runs: one disturbed run does not count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('no values');
  return middle;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

export function printed(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function shown(value: number | null): string {
  return value === null
    ? 'not measured'
    : value.toLocaleString('en-GB', { maximumFractionDigits: Math.abs(value) < 1 ? 5 : 2 });
}
