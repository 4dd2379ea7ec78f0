import '../../components/sheet.css';
import './audit.css';
import { useRef, useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { setView } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { ExportButton } from '../../components/export-button.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { Pager } from '../activity/pager.tsx';
import { actionLabel } from './action-label.ts';
import { EventPanel } from './event-panel.tsx';
import { EventTable, focusEvent } from './event-table.tsx';
import { PAGE, type TrailCheck, type TrailFilter, useTrail } from './use-trail.ts';
import { VerifyNote } from './verify-note.tsx';

const NOTHING = {};

/** The trail: who did what, when; searched, filtered, checked link by link, and exported. */
export default function AuditScreen() {
  const trail = useTrail();
  const { answer, offset, setOffset, narrowed, clear } = trail;
  const [chosen, setChosen] = useState<number>();
  const [checked, setChecked] = useState<TrailCheck>();
  const verify = useAction('audit.verify');
  const newestOf = useAction('audit.search');
  const search = useRef<HTMLDivElement>(null);
  const events = answer.data?.events ?? [];
  const total = answer.data?.total ?? 0;
  const event = events.find(({ seq }) => seq === chosen);

  const check = async () => {
    setChecked(undefined);
    const result = await verify.run({});
    if (result) setChecked(result);
  };
  const choose = (seq: number | undefined) => {
    setChosen(seq);
    focusEvent(seq);
  };
  const step = (by: number) => {
    const at = events.findIndex(({ seq }) => seq === chosen);
    choose(events[Math.min(events.length - 1, Math.max(0, at + by))]?.seq);
  };
  /** The page of the whole trail on which an event stands: newest first, and numbers have no holes. */
  const show = async (seq: number) => {
    const newest = await newestOf.run({ filter: {}, limit: 1 });
    if (!newest) return;
    clear();
    setOffset(Math.floor(Math.max(0, (newest.events[0]?.seq ?? seq) - seq) / PAGE) * PAGE);
    setChosen(seq);
    setView({ panelOpen: true });
  };
  useCommands({
    'row.next': () => step(1),
    'row.previous': () => step(-1),
    'row.first': () => choose(events[0]?.seq),
    'row.last': () => choose(events.at(-1)?.seq),
    'page.next': offset + PAGE < total ? () => setOffset(offset + PAGE) : undefined,
    'page.previous': offset > 0 ? () => setOffset(Math.max(0, offset - PAGE)) : undefined,
    'search.focus': () => search.current?.querySelector('input')?.focus(),
  });
  return (
    <Page
      title={t('Audit')}
      tools={
        <>
          {answer.data ? <Pager offset={offset} limit={PAGE} total={total} onOffset={setOffset} /> : null}
          <ExportButton name="export.audit" input={{ filter: trail.asked }} count={total} />
          <Button kind="primary" isDisabled={verify.busy} onPress={() => void check()}>
            {verify.busy ? t('Verifying') : t('Verify the chain')}
          </Button>
        </>
      }
      under={
        <div className="audit-filter" ref={search}>
          <TextInput
            label={t('Search the trail')}
            hideLabel
            type="search"
            placeholder={t('Words, ids, figures')}
            value={trail.search}
            onChange={trail.setSearch}
          />
          <Filters filter={trail.filter} onFilter={trail.setFilter} />
          {narrowed ? (
            <Button kind="plain" onPress={clear}>
              {t('Clear')}
            </Button>
          ) : null}
        </div>
      }
      panel={event ? { title: t('Event {number}', { number: event.seq }), body: <EventPanel event={event} /> } : null}
    >
      <ErrorNote error={newestOf.error} onClose={newestOf.clear} />
      <VerifyNote
        action={verify}
        result={checked}
        onRun={() => void check()}
        onShow={(seq) => void show(seq)}
        onClose={() => setChecked(undefined)}
      />
      <Answered answer={answer}>
        {() =>
          events.length > 0 ? (
            <EventTable
              events={events}
              chosen={chosen}
              broken={checked?.firstBroken?.seq}
              onChoose={(seq) => {
                setChosen(seq);
                setView({ panelOpen: true });
              }}
            />
          ) : narrowed ? (
            <Empty title={t('No event fits')} actions={<Button onPress={clear}>{t('Clear the filter')}</Button>} />
          ) : (
            <Empty title={t('The trail is empty')}>
              {t('Every decision and every posting will stand here, each linked to the one before it.')}
            </Empty>
          )
        }
      </Answered>
    </Page>
  );
}

type FiltersProps = { readonly filter: TrailFilter; readonly onFilter: (filter: TrailFilter) => void };

function Filters({ filter, onFilter }: FiltersProps) {
  const names = useCall('audit.names', NOTHING);
  const set = (part: Partial<TrailFilter>) => onFilter({ ...filter, ...part });
  const { actors = [], actions = [] } = names.data ?? {};
  return (
    <>
      <Choose
        label={t('By whom')}
        hideLabel
        value={filter.actor}
        choices={[{ value: '', label: t('Everybody') }, ...actors.map((value) => ({ value, label: value }))]}
        onChange={(actor) => set({ actor })}
      />
      <Choose
        label={t('What happened')}
        hideLabel
        value={filter.action}
        choices={[
          { value: '', label: t('Everything') },
          ...actions.map((value) => ({ value, label: actionLabel(value) })),
        ]}
        onChange={(action) => set({ action })}
      />
      <TextInput label={t('From')} hideLabel type="date" value={filter.from} onChange={(from) => set({ from })} />
      <span className="quiet">{t('to')}</span>
      <TextInput label={t('To')} hideLabel type="date" value={filter.to} onChange={(to) => set({ to })} />
    </>
  );
}
