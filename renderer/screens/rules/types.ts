import type { CallOutput } from '../../api/contract.ts';

export type Rule = CallOutput<'rules.list'>[number];
export type RuleDocument = CallOutput<'rules.draft'>['rule'];
export type RuleCondition = RuleDocument['when'];
export type RuleAction = RuleDocument['then'];
export type RulePart = NonNullable<RuleAction['split']>[number];
export type AccountType = NonNullable<RuleAction['accountType']>;
export type HistoryTest = CallOutput<'rules.test'>;
export type TriedLine = HistoryTest['examples'][number];
/** The ledger in which the pickers look. */
export type Ledger = { readonly connectionId: string; readonly legalEntity: string };
