import { useCall } from '../../api/use-call.ts';
import { setView } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { DimensionChips } from '../../components/dimensions.tsx';
import { Check } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { t } from '../../i18n/t.ts';
import { Findings } from './findings.tsx';
import { policyLine } from './labels.ts';
import { bestOf } from './proposal.ts';
import type { Candidate, Mapping, Row, Verdict } from './types.ts';
import type { Rows } from './use-rows.ts';

export type MappingTableProps = {
  readonly list: readonly Row[];
  readonly rows: Rows;
  readonly candidatesOf: (row: Row) => readonly Candidate[] | undefined;
  readonly verdictOf: (row: Row) => Verdict | undefined;
  readonly take: (row: Row, candidate: Candidate) => void;
};

/** What the bank has on the left, where it goes in the ledger on the right. */
export function MappingTable({ list, rows, ...ways }: MappingTableProps) {
  return (
    <table
      className="mapping-table"
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are walked and chosen by key
      role="grid"
      aria-label={t('Accounts at the bank and in the ledger')}
      aria-multiselectable="true"
    >
      <thead>
        <tr className="sides">
          <td />
          <th scope="colgroup">{t('At the bank')}</th>
          <th colSpan={3} scope="colgroup" className="ledger-side">
            {t('In the ledger')}
          </th>
        </tr>
        <tr>
          <th scope="col">
            <Check checked={rows.selected.size > 0 && rows.selected.size === list.length} onChange={rows.toggleAll}>
              <span className="visually-hidden">{t('Select all')}</span>
            </Check>
          </th>
          <th scope="col">{t('Account')}</th>
          <th scope="col" className="ledger-side">
            {t('Bank account')}
          </th>
          <th scope="col">{t('Journal and policies')}</th>
          <th scope="col">{t('Check')}</th>
        </tr>
      </thead>
      <tbody>
        {list.map((row) => (
          <MappingRow key={row.account.id} row={row} rows={rows} {...ways} />
        ))}
      </tbody>
    </table>
  );
}

type MappingRowProps = Omit<MappingTableProps, 'list'> & { readonly row: Row };

function MappingRow({ row, rows, candidatesOf, verdictOf, take }: MappingRowProps) {
  const { account, mapping, closed, lines } = row;
  const { id } = account;
  const verdict = verdictOf(row);
  const isCursor = rows.cursor === id;
  const isSelected = rows.selected.has(id);
  const findings = verdict && (verdict.error !== null || verdict.findings.length > 0);
  return (
    <>
      <tr
        ref={rows.rowRef(id)}
        tabIndex={isCursor ? 0 : -1}
        aria-selected={isSelected}
        data-cursor={isCursor}
        data-mapped={mapping !== null}
        onFocus={() => rows.setCursor(id)}
        onClick={() => rows.setCursor(id)}
        onDoubleClick={() => setView({ panelOpen: true })}
      >
        <td>
          <Check checked={isSelected} onChange={() => rows.toggle(id)}>
            <span className="visually-hidden">{t('Select {account}', { account: account.name })}</span>
          </Check>
        </td>
        <td>
          <span className="name">{account.name}</span>
          <br />
          <span className="small quiet">
            {[
              ...(account.mask === null ? [] : [`··${account.mask}`]),
              account.bank ?? t('Bank without a name'),
              account.currency ?? t('no currency'),
              t('{lines, plural, =0 {no line yet} one {# line} other {# lines}}', { lines }),
              ...(closed ? [t('closed')] : []),
            ].join(' · ')}
          </span>
        </td>
        {mapping ? <Mapped mapping={mapping} /> : <Unmapped row={row} candidates={candidatesOf(row)} take={take} />}
        <td className="verdict">
          <VerdictMark verdict={verdict} mapped={mapping !== null} />
        </td>
      </tr>
      {findings ? (
        <tr className="beneath">
          <td />
          <td colSpan={4}>
            <Findings verdict={verdict} />
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Mapped({ mapping }: { readonly mapping: Mapping }) {
  const {
    ledgerConnectionId: connectionId,
    legalEntity,
    bankAccount,
    journalName,
    dimensions,
    offsetAccount,
  } = mapping;
  const codes = [{ accountType: 'bank' as const, account: bankAccount }];
  const { data: names } = useCall('ledger.names', { connectionId, legalEntity, codes });
  const name = names?.[0]?.name;
  return (
    <>
      <td className="ledger-side">
        <span className="name">
          {bankAccount}
          {name ? ` · ${name}` : null}
        </span>
        <br />
        <span className="small quiet">{legalEntity}</span>
      </td>
      <td>
        {journalName}
        {offsetAccount === null ? null : (
          <span className="chip">{t('rest to {account}', { account: offsetAccount })}</span>
        )}
        <DimensionChips ledger={{ connectionId, legalEntity }} of={dimensions} />
        <br />
        <span className="small quiet">{policyLine(mapping)}</span>
      </td>
    </>
  );
}

type UnmappedProps = {
  readonly row: Row;
  readonly candidates: readonly Candidate[] | undefined;
  readonly take: (row: Row, candidate: Candidate) => void;
};

function Unmapped({ row, candidates, take }: UnmappedProps) {
  const best = candidates && bestOf(candidates);
  const others = candidates?.filter((candidate) => candidate !== best) ?? [];
  const more =
    others.length > 0 ? (
      <Menu
        label={t('Other proposals for {account}', { account: row.account.name })}
        entries={others.map((candidate) => ({
          id: `${candidate.ledgerConnectionId} ${candidate.legalEntity} ${candidate.bankAccount}`,
          label: `${candidate.legalEntity} · ${candidate.bankAccount} · ${candidate.bankAccountName} (${candidate.reasons.join(', ')})`,
          act: () => take(row, candidate),
        }))}
      >
        {best ? t('{count} more', { count: others.length }) : t('Choose one of {count}', { count: others.length })}
      </Menu>
    ) : null;
  if (best)
    return (
      <>
        <td className="ledger-side proposed">
          <span className="name">
            {best.bankAccount} · {best.bankAccountName}
          </span>
          <br />
          <span className="small">{best.legalEntity}</span>
        </td>
        <td className="proposed-why">
          <span className="small">{t('Proposed: {reasons}', { reasons: best.reasons.join(', ') })}</span>
          <span className="proposed-ways">
            <Button small onPress={() => take(row, best)}>
              {t('Take it')}
            </Button>
            {more}
          </span>
        </td>
      </>
    );
  return (
    <td className="ledger-side missing" colSpan={2}>
      {row.missing.join(' ')}
      {candidates === undefined || row.closed ? null : others.length > 0 ? (
        <span className="small"> {t('Several fit equally well.')} </span>
      ) : (
        <span className="small"> {t('No bank account of the ledger resembles it.')} </span>
      )}
      {more}
    </td>
  );
}

function VerdictMark({ verdict, mapped }: { readonly verdict: Verdict | undefined; readonly mapped: boolean }) {
  if (!mapped) return <span className="act">{t('Nothing posts')}</span>;
  if (!verdict) return <span className="quiet">{t('Not checked')}</span>;
  if (verdict.error) return <span className="act">{t('Could not ask')}</span>;
  if (!verdict.ok) return <span className="wrong">{t('Refused')}</span>;
  return (
    <span className="fits">
      <Icon name="check" />
      {verdict.findings.length > 0 ? t('Fits, with remarks') : t('Fits')}
    </span>
  );
}
