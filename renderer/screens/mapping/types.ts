import type { CallInput, CallOutput } from '../../api/contract.ts';

/** A feed account and where its lines go. */
export type Row = CallOutput<'mappings.list'>[number];
export type Mapping = NonNullable<Row['mapping']>;
/** What a person saves. */
export type MappingValues = CallInput<'mappings.save'>['mappings'][number];
export type Candidate = CallOutput<'mappings.propose'>['proposals'][number]['candidates'][number];
export type Verdict = CallOutput<'mappings.validate'>[number];
export type Reference = CallOutput<'ledger.reference'>;

/** Candidates of all ledgers that were compared, best first, by feed account. */
export type Proposals = ReadonlyMap<string, readonly Candidate[]>;
export type ProposeTrouble = CallOutput<'mappings.propose'>['trouble'][number];
