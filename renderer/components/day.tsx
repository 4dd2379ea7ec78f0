import { formatDay, formatInstant } from '../i18n/format.ts';

/** A calendar day, short, with the full one on hover. */
export function Day({
  value,
  form = 'weekday',
}: {
  readonly value: string;
  readonly form?: 'short' | 'weekday' | 'full';
}) {
  return (
    <time className="figure" dateTime={value} title={formatDay(value, 'full')}>
      {formatDay(value, form)}
    </time>
  );
}

/** An instant in the workspace's time zone; `today` (the workspace's day) shortens it to the time. */
export function Instant({ value, today }: { readonly value: string; readonly today?: string }) {
  return (
    <time className="figure" dateTime={value} title={formatInstant(value)}>
      {formatInstant(value, today)}
    </time>
  );
}
