import type { Selectable } from 'kysely';
import { record } from '../audit/trail.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { RuleTable } from '../store/schema.ts';
import type { Reader, Writer } from '../store/store.ts';
import type { ActiveRule } from './code-line.ts';
import type { CodingContext } from './context.ts';
import type { SaveOutcome } from './mappings.ts';
import { actionSchema, conditionSchema, type RuleDocument, ruleSchema } from './rule.ts';
import { matcherOf } from './rule-match.ts';

/** A stored rule. `document` is exactly what a person wrote, with the switches spelt out. */
export type StoredRule = {
  readonly id: string;
  /** Rules are asked in this order; the first that matches wins. */
  readonly position: number;
  readonly document: RuleDocument & { readonly autoApprove: boolean; readonly enabled: boolean };
  readonly hits: number;
  readonly lastHitAt: string | null;
};

/** Every rule in the order in which it is asked. */
export async function listRules(db: Reader | Writer): Promise<StoredRule[]> {
  const rows = await db.selectFrom('rule').selectAll().orderBy('position').orderBy('id').execute();
  return rows.map(toRule);
}

/** The rules in force, ready to be asked. */
export async function activeRules(db: Reader | Writer): Promise<ActiveRule[]> {
  const rules = await listRules(db);
  return rules.filter((rule) => rule.document.enabled).map((rule) => activeRuleOf(rule.id, rule.document));
}

export function activeRuleOf(id: string, document: RuleDocument): ActiveRule {
  return {
    id,
    name: document.name,
    matches: matcherOf(document.when),
    action: document.then,
    autoApprove: document.autoApprove ?? false,
  };
}

/** Checks a rule document. @throws DaybookError `setup_invalid` with the path of the wrong field */
export function readRule(value: unknown): RuleDocument {
  const parsed = ruleSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw new DaybookError('setup_invalid', `The rule cannot be read: ${path || 'it'} ${issue?.message ?? 'is wrong'}.`, {
    path,
  });
}

/**
 * Which stored rule a document is for. Undefined: the one of its name, or a new one (the setup document's way). Null: a
 * new one, whose name must be free. An id: that one, which may get another name by it.
 */
export type RuleTarget = string | null | undefined;

/**
 * Creates a rule after the others, or changes one in its place.
 * @throws DaybookError `setup_invalid` (unreadable, or the name is taken), `not_found`
 */
export async function saveRule(
  context: CodingContext,
  value: unknown,
  actor: string,
  target?: RuleTarget,
): Promise<{ readonly id: string; readonly outcome: SaveOutcome }> {
  const document = readRule(value);
  return context.store.write(async (trx) => {
    const at = instantNow(context.clock);
    const row = {
      name: document.name,
      enabled: (document.enabled ?? true) ? 1 : 0,
      conditions_json: canonicalJson(conditionJson(document)),
      action_json: canonicalJson(document.then),
      auto_approve: document.autoApprove ? 1 : 0,
    };
    const existing = await targetRow(trx, document.name, target);
    const before = existing && {
      name: existing.name,
      enabled: Number(existing.enabled),
      conditions_json: existing.conditions_json,
      action_json: existing.action_json,
      auto_approve: Number(existing.auto_approve),
    };
    if (existing && before && canonicalJson(before) === canonicalJson(row))
      return { id: existing.id, outcome: 'unchanged' };
    const id = existing?.id ?? newId('rule', context);
    if (existing)
      await trx
        .updateTable('rule')
        .set({ ...row, updated_at: at })
        .where('id', '=', id)
        .execute();
    else {
      const last = await trx
        .selectFrom('rule')
        .select((rule) => rule.fn.max('position').as('position'))
        .executeTakeFirst();
      const position = BigInt(last?.position ?? 0) + 1n;
      await trx
        .insertInto('rule')
        .values({ id, position, hits: 0, ...row, created_at: at, updated_at: at })
        .execute();
    }
    await record(trx, context.clock, {
      actor,
      action: existing ? 'rule.changed' : 'rule.created',
      subject: `rule:${id}`,
      data: { before: before ?? null, after: row },
    });
    return { id, outcome: existing ? 'updated' : 'created' };
  });
}

async function targetRow(trx: Writer, name: string, target: RuleTarget): Promise<Selectable<RuleTable> | undefined> {
  const named = await trx.selectFrom('rule').selectAll().where('name', '=', name).executeTakeFirst();
  if (target === undefined) return named;
  if (named && named.id !== target)
    throw new DaybookError('setup_invalid', `There is a rule with the name “${name}” already. Give this one another.`, {
      path: 'name',
    });
  if (target === null) return undefined;
  const row = await trx.selectFrom('rule').selectAll().where('id', '=', target).executeTakeFirst();
  if (!row) throw new DaybookError('not_found', 'This rule was deleted meanwhile. Save it as a new one.');
  return row;
}

/**
 * Puts rules in this order; rules that are not named keep theirs after them.
 * @returns false when they stood so already
 */
export async function orderRules(context: CodingContext, names: readonly string[], actor: string): Promise<boolean> {
  return context.store.write(async (trx) => {
    const rules = await listRules(trx);
    const place = new Map(names.map((name, index) => [name, index]));
    const ordered = rules.toSorted(
      (a, b) => (place.get(a.document.name) ?? names.length) - (place.get(b.document.name) ?? names.length),
    );
    if (ordered.every((rule, index) => rule.id === rules[index]?.id)) return false;
    for (const [index, rule] of ordered.entries())
      await trx
        .updateTable('rule')
        .set({ position: index + 1 })
        .where('id', '=', rule.id)
        .execute();
    await record(trx, context.clock, {
      actor,
      action: 'rules.ordered',
      subject: 'rules',
      data: { order: ordered.map((rule) => rule.document.name) },
    });
    return true;
  });
}

/** Switches a rule on or off. @throws DaybookError `not_found` */
export async function enableRule(context: CodingContext, id: string, enabled: boolean, actor: string): Promise<void> {
  await context.store.write(async (trx) => {
    const at = instantNow(context.clock);
    const set = { enabled: enabled ? 1 : 0, updated_at: at };
    const done = await trx.updateTable('rule').set(set).where('id', '=', id).executeTakeFirst();
    if (done.numUpdatedRows === 0n) throw new DaybookError('not_found', `There is no rule with the id ${id}.`);
    const action = enabled ? 'rule.enabled' : 'rule.disabled';
    await record(trx, context.clock, { actor, action, subject: `rule:${id}`, data: {} });
  });
}

/** Deletes a rule. What it coded stays coded. @throws DaybookError `not_found` */
export async function deleteRule(context: CodingContext, id: string, actor: string): Promise<void> {
  await context.store.write(async (trx) => {
    const row = await trx.selectFrom('rule').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new DaybookError('not_found', `There is no rule with the id ${id}.`);
    await trx.deleteFrom('rule').where('id', '=', id).execute();
    await record(trx, context.clock, {
      actor,
      action: 'rule.deleted',
      subject: `rule:${id}`,
      data: { name: row.name, conditions: row.conditions_json, action: row.action_json },
    });
  });
}

/** Adds to the rules' counts of lines that they took. */
export async function countHits(trx: Writer, at: string, hits: ReadonlyMap<string, number>): Promise<void> {
  for (const [id, count] of hits)
    await trx
      .updateTable('rule')
      .set((rule) => ({ hits: rule('hits', '+', BigInt(count)), last_hit_at: at }))
      .where('id', '=', id)
      .execute();
}

function toRule(row: Selectable<RuleTable>): StoredRule {
  return {
    id: row.id,
    position: Number(row.position),
    document: {
      name: row.name,
      when: conditionSchema.parse(JSON.parse(row.conditions_json)),
      then: actionSchema.parse(JSON.parse(row.action_json)),
      autoApprove: row.auto_approve === 1n,
      enabled: row.enabled === 1n,
    },
    hits: Number(row.hits),
    lastHitAt: row.last_hit_at,
  };
}

/** The condition as plain JSON, without the fields that are not there. */
function conditionJson(document: RuleDocument) {
  return JSON.parse(JSON.stringify(document.when));
}
