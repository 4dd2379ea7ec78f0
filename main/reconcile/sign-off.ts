import { z } from 'zod';
import { record } from '../audit/trail.ts';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import { instantNow, today } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { formatAmount } from '../core/money.ts';
import type { Random } from '../core/random.ts';
import { readSetting, type Setting } from '../store/settings.ts';
import {
  endSignOff,
  findSignOff,
  insertSignOff,
  liveSignOffs,
  openItemNotes,
  type StoredSignOff,
  saveReview,
} from '../store/sign-offs.ts';
import type { Reader, Writer } from '../store/store.ts';
import { readWorkspace } from '../store/workspace-info.ts';
import { type MappedAccount, mappedAccounts } from './accounts.ts';
import { type ReconcileContext, readBooks } from './books.ts';
import { figuresHash, figuresOf, figuresText } from './figures.ts';
import { type PeriodTieOut, tieOutPeriod } from './period.ts';

export type SignOffContext = ReconcileContext & { readonly random: Random };

/** `twoNames`: the reviewer must be another than the preparer. `notes`: each open item needs a note before signing. */
export const SIGN_OFF_POLICY: Setting<{ readonly twoNames: boolean; readonly notes: boolean }> = {
  name: 'reconcile.sign_off',
  schema: z.strictObject({ twoNames: z.boolean(), notes: z.boolean() }),
  fallback: { twoNames: true, notes: false },
};

/** `by` stands under the period; `actor` is who works at this computer, for the trail. */
export type Signer = { readonly by: string; readonly actor: string };

export type Period = { readonly from: CalendarDate; readonly to: CalendarDate };

/**
 * An account over a period, from what is stored or, `now`, with the ledger asked first.
 * @throws DaybookError `not_found` for an account that is not mapped, `usage` for days in the wrong order
 */
export async function periodOf(
  context: ReconcileContext,
  feedAccountId: string,
  period: Period,
  read: 'now' | 'stored',
  stop?: AbortSignal,
): Promise<PeriodTieOut> {
  if (period.from > period.to)
    throw new DaybookError('usage', `The period begins on ${period.from}, after its end on ${period.to}.`);
  const account = await mappedAccount(context.store.read, feedAccountId);
  return tieOutPeriod(account, period, await readBooks(context, account, period.to, read, stop));
}

/**
 * Signs a period as its preparer: it ties out to zero, follows on the one signed before, and nothing of it is on its way
 * into the ledger. The period is locked from then on.
 * @throws DaybookError `period_signed_off`, `usage` with what stands in the way
 */
export async function prepareSignOff(
  context: SignOffContext,
  feedAccountId: string,
  period: Period,
  sign: Signer & { readonly note: string },
  stop?: AbortSignal,
): Promise<string> {
  const { clock, store } = context;
  const name = signerName(sign.by);
  const tieOut = await periodOf(context, feedAccountId, period, 'now', stop);
  const figures = figuresOf(tieOut);
  return store.write(async (trx) => {
    await refuseUnfit(context, trx, tieOut);
    const id = newId('sign', context);
    await insertSignOff(trx, {
      ...{ id, feed_account_id: feedAccountId, from_date: period.from, to_date: period.to, currency: tieOut.currency },
      ...{ figures_json: figuresText(figures), figures_hash: figuresHash(figures) },
      ...{ prepared_by: name, prepared_at: instantNow(clock), prepared_note: sign.note },
    });
    await record(trx, clock, {
      actor: sign.actor,
      action: 'period.prepared',
      subject: `feed_account:${feedAccountId}`,
      data: {
        signOff: id,
        signedBy: name,
        ...period,
        bank: figures.bank.closing,
        ledger: figures.ledger.closing,
        hash: figuresHash(figures),
      },
    });
    return id;
  });
}

/** Signs a prepared period as its reviewer. @throws DaybookError `not_found`, `stale`, `not_permitted` by the policy */
export async function reviewSignOff(
  context: SignOffContext,
  id: string,
  sign: Signer & { readonly note: string },
): Promise<void> {
  const { clock, store } = context;
  const name = signerName(sign.by);
  await store.write(async (trx) => {
    const signOff = await required(trx, id);
    if (signOff.state !== 'prepared') throw notThere(signOff, 'reviewed');
    const { twoNames } = await readSetting(trx, SIGN_OFF_POLICY);
    if (twoNames && sameName(name, signOff.prepared_by))
      throw new DaybookError(
        'not_permitted',
        `${signOff.prepared_by} prepared this period, so somebody else must review it.`,
        { repair: 'none' },
      );
    await saveReview(trx, id, name, instantNow(clock), sign.note);
    await tell(context, trx, sign, 'period.reviewed', signOff, {});
  });
}

/** Opens a signed period again, and the later ones of the account with it, which begin with its figures. */
export async function reopenPeriod(
  context: SignOffContext,
  id: string,
  sign: Signer & { readonly reason: string },
): Promise<void> {
  const { clock, store } = context;
  const name = signerName(sign.by);
  const reason = sign.reason.trim();
  if (reason === '') throw new DaybookError('usage', 'Say why the period is opened again.');
  await store.write(async (trx) => {
    const signOff = await required(trx, id);
    if (signOff.state !== 'prepared' && signOff.state !== 'reviewed') throw notThere(signOff, 're-opened');
    const at = instantNow(clock);
    for (const one of await liveSignOffs(trx, signOff.feed_account_id)) {
      if (one.to_date < signOff.to_date) continue;
      const why = one.id === id ? reason : `The period to ${signOff.to_date} before it was opened again: ${reason}`;
      await endSignOff(trx, one.id, { state: 'reopened', by: name, at, why: [why] });
      await tell(context, trx, sign, 'period.reopened', one, { why });
    }
  });
}

async function refuseUnfit(context: SignOffContext, trx: Writer, tieOut: PeriodTieOut): Promise<void> {
  const { feedAccountId, from, to, currency } = tieOut;
  const refuse = (sentence: string) => {
    throw new DaybookError('usage', sentence, { repair: 'none' });
  };
  const { timeZone } = await readWorkspace(trx);
  if (to >= today(context.clock, timeZone)) refuse(`${to} is not over yet. Sign a period after its last day.`);
  const signed = (await liveSignOffs(trx, feedAccountId)).at(-1);
  if (signed && from <= signed.to_date)
    throw new DaybookError('period_signed_off', `This account is signed off up to ${signed.to_date} already.`);
  if (signed && from !== addDays(signed.to_date, 1))
    refuse(`The period must begin on ${addDays(signed.to_date, 1)}, the day after the last one that was signed.`);
  if (!tieOut.tiesOut)
    refuse(
      `The period does not tie out: ${formatAmount({ minor: tieOut.unexplainedMinor, currency })} ${currency} are not explained by open items.`,
    );
  const moving = tieOut.items.filter(({ kind }) => kind === 'approved' || kind === 'unknown_outcome');
  if (moving.length > 0)
    refuse(
      moving.length === 1
        ? 'One approved entry of this period is not in the ledger yet. Post it or withdraw its approval first.'
        : `${moving.length} approved entries of this period are not in the ledger yet. Post them or withdraw their approval first.`,
    );
  const { notes } = await readSetting(trx, SIGN_OFF_POLICY);
  if (!notes) return;
  const noted = await openItemNotes(trx, feedAccountId);
  const bare = tieOut.items.filter(({ key }) => !noted.has(key)).length;
  if (bare > 0) refuse(`${bare} of ${tieOut.items.length} open items have no note. Note why each is open first.`);
}

async function mappedAccount(db: Reader, feedAccountId: string): Promise<MappedAccount> {
  const account = (await mappedAccounts(db)).find((one) => one.feedAccountId === feedAccountId);
  if (account === undefined)
    throw new DaybookError('not_found', 'This account is not mapped to a ledger, or its currency is not known.');
  return account;
}

async function required(trx: Writer, id: string): Promise<StoredSignOff> {
  const signOff = await findSignOff(trx, id);
  if (signOff === undefined) throw new DaybookError('not_found', 'There is no such sign-off.');
  return signOff;
}

function notThere({ state, to_date }: StoredSignOff, wanted: string): DaybookError {
  return new DaybookError('stale', `The sign-off to ${to_date} is ${state} and cannot be ${wanted}. Look at it again.`);
}

function signerName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new DaybookError('usage', 'Say who signs.');
  return trimmed;
}

/** "ann lee" and "Ann  Lee" are one person. */
function sameName(one: string, other: string): boolean {
  const plain = (name: string) => name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLocaleLowerCase('en');
  return plain(one) === plain(other);
}

function tell(
  { clock }: SignOffContext,
  trx: Writer,
  { actor, by }: Signer,
  action: string,
  { id, feed_account_id, from_date, to_date, figures_hash }: StoredSignOff,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  return record(trx, clock, {
    ...{ actor, action, subject: `feed_account:${feed_account_id}` },
    data: { signOff: id, signedBy: by.trim(), from: from_date, to: to_date, hash: figures_hash, ...more },
  });
}
