import { t } from '../i18n/t.ts';

/** Who approved: people by name, rules as rules. */
export function approverLabel(approvers: string): string {
  return approvers
    .split(', ')
    .map((one) => (one.startsWith('rule:') ? t('rule “{name}”', { name: one.slice('rule:'.length) }) : one))
    .join(', ');
}
