import type { Session } from './session.ts';

/** What is left of a day's calls at providers that count them, as this run's answers told. Empty where none does. */
export async function callsLeftLines(api: Session['api']): Promise<string[]> {
  const told = await api.run('connections.callBudgets', {});
  return told.flatMap(({ connection, budgets }) =>
    budgets
      .filter(({ window }) => window === 'day')
      .map(
        ({ legalEntity, remaining, limit }) =>
          `${connection} ${legalEntity}: ${remaining} of ${limit} calls left today.`,
      ),
  );
}
