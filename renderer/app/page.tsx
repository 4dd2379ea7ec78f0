import { type ReactNode, useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { t } from '../i18n/t.ts';
import { useCommands } from './commands.ts';
import { setView, useView } from './view.ts';

export type PageProps = {
  readonly title: string;
  /** Right of the title: filters, search, at most one primary button. */
  readonly tools?: ReactNode;
  /** A second line under the title: tabs, saved filters. */
  readonly under?: ReactNode;
  readonly children: ReactNode;
  /** Stays at the bottom while the work scrolls. */
  readonly totals?: ReactNode;
  /** The side panel's content; a screen that gives none has no panel. */
  readonly panel?: { readonly title: string; readonly body: ReactNode } | null;
};

/** The frame of every screen: title bar, the work, totals, and the side panel that opens with → and closes with Esc. */
export function Page({ title, tools, under, children, totals, panel }: PageProps) {
  const wanted = useView((view) => view.panelOpen);
  const open = wanted && panel !== undefined && panel !== null;
  useEffect(() => {
    document.title = `${title} · Daybook`;
  }, [title]);
  useCommands({
    ...(panel && !open ? { 'panel.open': () => setView({ panelOpen: true }) } : {}),
    ...(open ? { 'panel.close': closePanel, escape: closePanel } : {}),
  });
  return (
    <div className="page">
      <header className="bar">
        <div className="title">
          <h1>{title}</h1>
          {tools}
        </div>
        {under ? <div className="under">{under}</div> : null}
      </header>
      <main>{children}</main>
      {totals ? <div className="totals">{totals}</div> : null}
      {open ? (
        <aside className="side" aria-label={panel.title}>
          <header>
            <h2>{panel.title}</h2>
            <Button kind="plain" small aria-label={t('Close the side panel')} onPress={closePanel}>
              <Icon name="close" />
            </Button>
          </header>
          <div className="body">{panel.body}</div>
        </aside>
      ) : null}
    </div>
  );
}

function closePanel(): void {
  setView({ panelOpen: false });
}
