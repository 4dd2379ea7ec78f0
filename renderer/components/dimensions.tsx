import type { CallOutput } from '../api/contract.ts';
import { useCall } from '../api/use-call.ts';
import { t } from '../i18n/t.ts';
import { codeText } from './review-grid/labels.ts';

/** A dimension as its ledger names it. */
export type Dimension = CallOutput<'ledger.reference'>['dimensions'][number];

export type OfLedger = { readonly connectionId: string; readonly legalEntity: string };

/** Dimensions of a ledger in its order, then those of `used` that it does not name. */
export function useDimensions(ledger: OfLedger | null, used: readonly string[] = []): readonly Dimension[] {
  const { data } = useCall('ledger.reference', ledger);
  const known = data?.dimensions ?? [];
  const others = [...new Set(used)].filter((name) => !known.some((dimension) => dimension.name === name));
  return [...known, ...others.map((name) => ({ name, label: name, hint: null, values: 0, valueNames: {} }))];
}

/** `VAT code: 4 · High rate`, for hovering and screen readers. */
export function dimensionText({ label, valueNames }: Dimension, value: string): string {
  const name = valueNames[value];
  return name ? t('{label}: {value} · {name}', { label, value, name }) : t('{label}: {value}', { label, value });
}

type Codes = Readonly<Record<string, string>>;

/**
 * Codes as quiet chips in the order of the ledger. A ledger that has a word for the dimension gets it before the code, one
 * that has a word for the value behind it.
 */
export function DimensionCodes({ dimensions, of }: { readonly dimensions: readonly Dimension[]; readonly of: Codes }) {
  return dimensions.flatMap((dimension) => {
    const value = of[dimension.name] ?? '';
    if (value === '') return [];
    const { name, label } = dimension;
    return [
      <span key={name} className="chip dimension" title={dimensionText(dimension, value)}>
        {label === name
          ? codeText({ value, name: dimension.valueNames[value] ?? null })
          : t('{label} {value}', { label, value })}
      </span>,
    ];
  });
}

/** The same, for one place alone: tables name their dimensions once. */
export function DimensionChips({ ledger, of }: { readonly ledger: OfLedger; readonly of: Codes }) {
  return <DimensionCodes dimensions={useDimensions(ledger, Object.keys(of))} of={of} />;
}
