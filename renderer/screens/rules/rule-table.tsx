import { type DragEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import { useCommands } from '../../app/commands.ts';
import { go, to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Instant } from '../../components/day.tsx';
import { Check } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { changing, deleteRule } from './change.ts';
import type { Rule } from './types.ts';
import { focusedRule, focusRule, useOrder } from './use-order.ts';

/** The rules with their order: ↑ and ↓ go from rule to rule, Alt moves the rule itself, Enter opens it. */
export function RuleTable({ rules }: { readonly rules: readonly Rule[] }) {
  const { shown, moveTo } = useOrder(rules);
  const [dragged, setDragged] = useState<string>();
  const [over, setOver] = useState<string>();
  const placeOf = (id: string | undefined) => shown.findIndex((rule) => rule.id === id);
  const step = (by: number) => {
    const next = placeOf(focusedRule()) + by;
    focusRule(shown[Math.min(shown.length - 1, Math.max(0, next))]?.id);
  };
  const moveFocused = (by: -1 | 1) => {
    const id = focusedRule();
    if (id !== undefined) moveTo(id, placeOf(id) + by);
  };
  useCommands({
    'row.next': () => step(1),
    'row.previous': () => step(-1),
    'row.first': () => focusRule(shown[0]?.id),
    'row.last': () => focusRule(shown.at(-1)?.id),
    'rule.up': () => moveFocused(-1),
    'rule.down': () => moveFocused(1),
  });
  const dragging = (rule: Rule) => ({
    onDragOver: (event: DragEvent) => {
      if (dragged === undefined) return;
      event.preventDefault();
      setOver(rule.id);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      if (dragged !== undefined) moveTo(dragged, placeOf(rule.id));
    },
  });
  return (
    <div className="rule-list">
      <table className="sheet rules">
        <thead>
          <tr>
            <th scope="col" className="fig">
              {t('No.')}
            </th>
            <th scope="col">{t('Rule')}</th>
            <th scope="col" className="fig">
              {t('Hits')}
            </th>
            <th scope="col">{t('Last hit')}</th>
            <th scope="col">{t('On')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((rule, index) => (
            <tr
              key={rule.id}
              data-rule={rule.id}
              className={isOn(rule) ? undefined : 'off'}
              data-dragged={rule.id === dragged || undefined}
              data-over={
                dragged !== undefined && rule.id === over ? (placeOf(dragged) < index ? 'below' : 'above') : undefined
              }
              {...dragging(rule)}
            >
              <td className="fig">
                {/* biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; Alt and the arrows do the same */}
                <span
                  className="place"
                  draggable
                  title={t('Drag to another place')}
                  onDragStart={(event) => {
                    event.dataTransfer.effectAllowed = 'move';
                    event.dataTransfer.setData('text/plain', rule.document.name);
                    setDragged(rule.id);
                  }}
                  onDragEnd={() => {
                    setDragged(undefined);
                    setOver(undefined);
                  }}
                >
                  <Icon name="grip" />
                  {index + 1}
                </span>
              </td>
              <td className="wrap">
                <RuleWords rule={rule} />
              </td>
              <RuleFigures rule={rule} />
              <td>
                <Menu
                  label={t('What to do with {name}', { name: rule.document.name })}
                  entries={[
                    { id: 'edit', label: t('Edit'), act: () => go(['rules', rule.id]) },
                    {
                      id: 'up',
                      label: t('Move up'),
                      act: () => moveTo(rule.id, index - 1),
                      command: 'rule.up',
                      disabled: index === 0,
                    },
                    {
                      id: 'down',
                      label: t('Move down'),
                      act: () => moveTo(rule.id, index + 1),
                      command: 'rule.down',
                      disabled: index === shown.length - 1,
                    },
                    { id: 'first', label: t('Move to the top'), act: () => moveTo(rule.id, 0), disabled: index === 0 },
                    { id: 'delete', label: t('Delete'), act: () => void deleteRule(rule) },
                  ]}
                >
                  <Icon name="more" />
                </Menu>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet small">
        {t(
          'Rules are asked from the top; the first that takes a line has it. Alt ↑ and Alt ↓ move a rule, Enter opens it.',
        )}
      </p>
    </div>
  );
}

function RuleWords({ rule: { id, document, sentence } }: { readonly rule: Rule }) {
  return (
    <>
      <span className="rule-name">
        <a href={to(['rules', id])}>
          <bdi>{document.name}</bdi>
        </a>
        {document.autoApprove ? <span className="chip tone-act">{t('approves by itself')}</span> : null}
      </span>
      <div className="small quiet">
        <bdi>{sentence.length > 400 ? `${sentence.slice(0, 400)}…` : sentence}</bdi>
      </div>
    </>
  );
}

function RuleFigures({ rule }: { readonly rule: Rule }) {
  const { data: about } = useAbout();
  return (
    <>
      <td className="fig">{formatCount(rule.hits)}</td>
      <td className="nowrap">
        {rule.lastHitAt ? (
          <Instant value={rule.lastHitAt} {...(about ? { today: about.today } : {})} />
        ) : (
          <span className="quiet">{t('never')}</span>
        )}
      </td>
      <td>
        <Check
          checked={isOn(rule)}
          onChange={(enabled) => void changing(() => call('rules.enable', { id: rule.id, enabled }))}
        >
          <span className="visually-hidden">{t('{name} is on', { name: rule.document.name })}</span>
        </Check>
      </td>
    </>
  );
}

function isOn({ document }: Rule): boolean {
  return document.enabled ?? true;
}
