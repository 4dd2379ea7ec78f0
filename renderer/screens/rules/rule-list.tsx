import { useEffect, useState } from 'react';
import {
  Button as AriaButton,
  Cell,
  Column,
  Row,
  Table,
  TableBody,
  TableHeader,
  useDragAndDrop,
} from 'react-aria-components';
import { call } from '../../api/client.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ExportButton } from '../../components/export-button.tsx';
import { Check } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { changing, deleteRule } from './change.ts';
import { FollowNote } from './follow-note.tsx';
import type { Rule } from './types.ts';

const NOTHING = {};

/** All rules in the order in which they are asked; the first that takes a line has it. */
export function RuleList() {
  const answer = useCall('rules.list', NOTHING);
  const create = () => go(['rules', 'new']);
  useCommands({ 'rule.new': create });
  return (
    <Page
      title={t('Rules')}
      tools={
        <>
          {answer.data && answer.data.length > 0 ? (
            <ExportButton name="export.rules" input={NOTHING} count={answer.data.length} />
          ) : null}
          <Button kind="primary" command="rule.new" onPress={create}>
            {t('New rule')}
          </Button>
        </>
      }
    >
      <FollowNote />
      <Answered answer={answer}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty
              title={t('No rules yet')}
              actions={<Button onPress={() => go(['review'])}>{t('Open Review')}</Button>}
            >
              {t(
                'A rule codes lines that look alike, so that you need not. Make one here, or press R on a line in Review: it comes prefilled, and Enter saves it.',
              )}
            </Empty>
          ) : (
            <RuleTable rules={rules} />
          )
        }
      </Answered>
    </Page>
  );
}

/** The order is shown at once; the books follow. */
function useOrder(rules: readonly Rule[]) {
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what main lists has the last word
  useEffect(() => setWanted(null), [rules]);
  const shown = wanted === null ? rules : wanted.flatMap((id) => rules.find((rule) => rule.id === id) ?? []);
  const put = async (next: readonly Rule[]) => {
    setWanted(next.map(({ id }) => id));
    const done = await changing(() => call('rules.order', { names: next.map(({ document }) => document.name) }));
    if (!done) setWanted(null);
  };
  const move = (id: string, by: -1 | 1) => {
    const at = shown.findIndex((rule) => rule.id === id);
    const rule = shown[at];
    const to = at + by;
    if (!rule || to < 0 || to >= shown.length) return;
    void put(shown.toSpliced(at, 1).toSpliced(to, 0, rule));
    say(t('{name} is now rule {place} of {total}', { name: rule.document.name, place: to + 1, total: shown.length }));
    // The row has moved in the page; the focus goes with it.
    requestAnimationFrame(() => rowOf(id)?.focus());
  };
  return { shown, put, move };
}

function rowOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-rule="${CSS.escape(id)}"]`);
}

function focusedRule(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-rule]')?.dataset.rule;
}

function RuleTable({ rules }: { readonly rules: readonly Rule[] }) {
  const { shown, put, move } = useOrder(rules);
  const { data: about } = useAbout();
  const moveFocused = (by: -1 | 1) => {
    const id = focusedRule();
    if (id !== undefined) move(id, by);
  };
  useCommands({ 'rule.up': () => moveFocused(-1), 'rule.down': () => moveFocused(1) });
  const nameOf = (key: React.Key) => shown.find(({ id }) => id === key)?.document.name ?? '';
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': nameOf(key) })),
    onReorder: ({ keys, target }) => {
      const moved = shown.filter(({ id }) => keys.has(id));
      const rest = shown.filter(({ id }) => !keys.has(id));
      const at = rest.findIndex(({ id }) => id === target.key) + (target.dropPosition === 'after' ? 1 : 0);
      void put(rest.toSpliced(at, 0, ...moved));
    },
  });
  return (
    // The table would take Alt+Arrow as an arrow.
    <div
      className="rule-list"
      onKeyDownCapture={(event) => {
        if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
        event.preventDefault();
        event.stopPropagation();
        moveFocused(event.key === 'ArrowUp' ? -1 : 1);
      }}
    >
      <Table
        className="sheet rules"
        aria-label={t('Rules in their order')}
        dragAndDropHooks={dragAndDropHooks}
        onRowAction={(key) => go(['rules', String(key)])}
      >
        <TableHeader>
          <Column className="narrow">
            <span className="visually-hidden">{t('Move')}</span>
          </Column>
          <Column className="fig">{t('No.')}</Column>
          <Column isRowHeader>{t('Rule')}</Column>
          <Column className="fig">{t('Hits')}</Column>
          <Column>{t('Last hit')}</Column>
          <Column>{t('On')}</Column>
          <Column className="narrow">
            <span className="visually-hidden">{t('Actions')}</span>
          </Column>
        </TableHeader>
        <TableBody items={shown} dependencies={[shown, about]}>
          {(rule) => (
            <Row id={rule.id} data-rule={rule.id} textValue={rule.document.name} className={isOn(rule) ? 'on' : 'off'}>
              <Cell className="narrow">
                <AriaButton slot="drag" className="handle" aria-label={t('Move {name}', { name: rule.document.name })}>
                  <Icon name="grip" />
                </AriaButton>
              </Cell>
              <Cell className="fig quiet">{shown.indexOf(rule) + 1}</Cell>
              <Cell className="wrap">
                <span className="rule-name">
                  <bdi>{rule.document.name}</bdi>
                  {rule.document.autoApprove ? <span className="chip tone-act">{t('approves by itself')}</span> : null}
                </span>
                <div className="small quiet">
                  <bdi>{clipped(rule.sentence)}</bdi>
                </div>
              </Cell>
              <Cell className="fig">{formatCount(rule.hits)}</Cell>
              <Cell className="nowrap">
                {rule.lastHitAt ? (
                  <Instant value={rule.lastHitAt} {...(about ? { today: about.today } : {})} />
                ) : (
                  <span className="quiet">{t('never')}</span>
                )}
              </Cell>
              <Cell>
                <Check
                  checked={isOn(rule)}
                  onChange={(enabled) => void changing(() => call('rules.enable', { id: rule.id, enabled }))}
                >
                  <span className="visually-hidden">{t('{name} is on', { name: rule.document.name })}</span>
                </Check>
              </Cell>
              <Cell className="narrow">
                <Menu
                  label={t('What to do with {name}', { name: rule.document.name })}
                  entries={[
                    { id: 'edit', label: t('Edit'), act: () => go(['rules', rule.id]) },
                    {
                      id: 'up',
                      label: t('Move up'),
                      act: () => move(rule.id, -1),
                      command: 'rule.up',
                      disabled: shown[0] === rule,
                    },
                    {
                      id: 'down',
                      label: t('Move down'),
                      act: () => move(rule.id, 1),
                      command: 'rule.down',
                      disabled: shown.at(-1) === rule,
                    },
                    { id: 'delete', label: t('Delete'), act: () => void deleteRule(rule) },
                  ]}
                >
                  <Icon name="more" />
                </Menu>
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
      <p className="quiet small">
        {t(
          'Rules are asked from the top; the first that takes a line has it. Alt ↑ and Alt ↓ move a rule, Enter opens it.',
        )}
      </p>
    </div>
  );
}

function isOn({ document }: Rule): boolean {
  return document.enabled ?? true;
}

function clipped(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
