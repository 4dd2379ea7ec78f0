import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { say } from '../../app/toasts.tsx';
import { t } from '../../i18n/t.ts';
import { changing } from './change.ts';
import type { Rule } from './types.ts';

/** The rules in the order that a person gives them: shown at once, the books follow, the hand stays on its rule. */
export function useOrder(rules: readonly Rule[]) {
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const held = useRef<string | undefined>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what main lists has the last word
  useEffect(() => setWanted(null), [rules]);
  const shown = wanted === null ? rules : wanted.flatMap((id) => rules.find((rule) => rule.id === id) ?? []);

  const put = async (next: readonly Rule[]) => {
    setWanted(next.map(({ id }) => id));
    const done = await changing(() => call('rules.order', { names: next.map(({ document }) => document.name) }));
    if (!done) setWanted(null);
  };
  /** Puts a rule at another place; 0 is the first. */
  const moveTo = (id: string, place: number) => {
    const rule = shown.find((one) => one.id === id);
    const rest = shown.filter((one) => one.id !== id);
    const at = Math.min(rest.length, Math.max(0, place));
    if (!rule || shown[at] === rule) return;
    if (focusedRule() === id) held.current = id;
    void put(rest.toSpliced(at, 0, rule));
    say(t('{name} is now rule {place} of {total}', { name: rule.document.name, place: at + 1, total: shown.length }));
  };
  // A row that moves in the page loses the focus; it gets it back before anybody sees.
  useLayoutEffect(() => {
    if (held.current === undefined) return;
    focusRule(held.current);
    held.current = undefined;
  });
  return { shown, moveTo };
}

/** The rule whose row the hand is in. */
export function focusedRule(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-rule]')?.dataset.rule;
}

export function focusRule(id: string | undefined): void {
  if (id !== undefined) document.querySelector<HTMLElement>(`[data-rule="${CSS.escape(id)}"] a`)?.focus();
}
