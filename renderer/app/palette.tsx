import { useDeferredValue, useRef, useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import type { CallOutput } from '../api/contract.ts';
import { useCall } from '../api/use-call.ts';
import { Amount } from '../components/amount.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { Icon } from '../components/icon.tsx';
import { t } from '../i18n/t.ts';
import { chordText } from './chord.ts';
import { keysOf, runCommand, useOfferedCommands } from './commands.ts';
import { type CommandId, commandOf } from './keys.ts';
import { go, to } from './route.ts';
import { SCREENS } from './screens.ts';

type Hit = CallOutput<'search.all'>[number];

/** Commands that would do something now, the screens, and what the search finds in the books; by keyboard. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const input = useRef<HTMLInputElement>(null);
  // Commands answer with each letter, so that Enter means what is typed; the books may come a moment later.
  const words = query.trim();
  const searched = useDeferredValue(words);
  const commands = useOfferedCommands().filter((id) => !commandOf(id).noPalette && fits(commandOf(id).label(), words));
  const screens = SCREENS.filter((screen) => fits(screen.label(), words));
  const found = useCall('search.all', searched.length > 1 ? { query: searched } : null);
  const hits = found.data ?? [];
  const [first] = [
    ...commands.map((id) => `command ${id}`),
    ...screens.map(({ id }) => `screen ${id}`),
    ...hits.map(idOf),
  ];
  const acted = useRef(false);
  const act = (key: string) => {
    // One Enter may reach both the field and the marked option; the first to answer is the one.
    if (acted.current) return;
    acted.current = true;
    onClose();
    const [kind, rest = ''] = splitAt(key, ' ');
    // The dialog must give the focus back first, so that the command finds the row where it was.
    requestAnimationFrame(() => {
      if (kind === 'command') runCommand(rest as CommandId);
      else if (kind === 'screen') go([rest]);
      else if (kind === 'find') go(['activity', 'find'], { q: words });
      else {
        const hit = hits.find((one) => idOf(one) === key);
        if (hit) window.location.hash = placeOf(hit);
      }
    });
  };
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
      data-overlay=""
    >
      <Modal className="modal palette">
        <Dialog className="dialog" aria-label={t('Commands and search')}>
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <SearchField
              className="palette-field"
              aria-label={t('Commands and search')}
              autoFocus
              // Enter before an option is marked means the first; a marked one answers by itself.
              onSubmit={() => {
                const marked = input.current?.closest('.palette')?.querySelector('.option[data-focused]');
                if (!marked && first !== undefined) act(first);
              }}
            >
              <Icon name="search" />
              <Input ref={input} placeholder={t('A command, a line, a vendor, a reference')} />
            </SearchField>
            <ErrorNote error={found.error} retry={found.refetch} />
            <ListBox
              className="palette-list"
              aria-label={t('Found')}
              shouldFocusWrap
              onAction={(key) => act(String(key))}
              renderEmptyState={() => (
                <p className="empty">
                  {found.loading ? `${t('Searching')}…` : t('Nothing found for “{query}”.', { query })}
                </p>
              )}
            >
              {commands.length > 0 ? (
                <ListBoxSection id="commands">
                  <Header className="option-heading">{t('Commands')}</Header>
                  {commands.map((id) => (
                    <ListBoxItem className="option" key={id} id={`command ${id}`} textValue={commandOf(id).label()}>
                      {commandOf(id).label()}
                      <Key of={id} />
                    </ListBoxItem>
                  ))}
                </ListBoxSection>
              ) : null}
              {screens.length > 0 ? (
                <ListBoxSection id="screens">
                  <Header className="option-heading">{t('Screens')}</Header>
                  {screens.map((screen) => (
                    <ListBoxItem
                      className="option"
                      key={screen.id}
                      id={`screen ${screen.id}`}
                      textValue={screen.label()}
                    >
                      <Icon name={screen.icon} />
                      {screen.label()}
                    </ListBoxItem>
                  ))}
                </ListBoxSection>
              ) : null}
              {hits.length > 0 ? (
                <ListBoxSection id="hits">
                  <Header className="option-heading">{t('In the books')}</Header>
                  {hits.map((hit) => (
                    <ListBoxItem className="option" key={idOf(hit)} id={idOf(hit)} textValue={hit.title}>
                      <span className="chip">{kindLabel(hit.kind)}</span>
                      <bdi className="title">{hit.title}</bdi>
                      <span className="detail">{hit.detail}</span>
                      <Amount value={hit.amount} />
                    </ListBoxItem>
                  ))}
                  <ListBoxItem className="option" id="find all" textValue={t('All results')}>
                    <Icon name="search" />
                    {t('All results for “{query}”', { query: words })}
                  </ListBoxItem>
                </ListBoxSection>
              ) : null}
            </ListBox>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** An option's id stays its own while other findings come before it; the list refuses one that changes. */
function idOf({ kind, id }: Hit): string {
  return `hit ${kind} ${id}`;
}

/** The key of a command, where it has one. */
function Key({ of }: { readonly of: CommandId }) {
  const [key] = keysOf(of);
  return key === undefined ? null : <kbd>{chordText(key)}</kbd>;
}

function fits(label: string, words: string): boolean {
  const text = label.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + 1)];
}

function kindLabel(kind: Hit['kind']): string {
  switch (kind) {
    case 'line':
      return t('Line');
    case 'entry':
      return t('Entry');
    case 'journal':
      return t('Journal');
    case 'party':
      return t('Party');
    case 'ledgerAccount':
      return t('Account');
    case 'feedAccount':
      return t('Bank');
    case 'rule':
      return t('Rule');
    default:
      return kind;
  }
}

/** Where each kind of finding is looked at. */
function placeOf(hit: Hit): string {
  switch (hit.kind) {
    case 'line':
      return to(['activity', 'line', hit.id]);
    case 'entry':
      return to(['review', 'entry', hit.id]);
    case 'journal':
      return to(['activity', 'journal', hit.id]);
    case 'party':
    case 'ledgerAccount':
      return to(['review'], { account: hit.id });
    case 'feedAccount':
      return to(['review'], { feedAccount: hit.id });
    case 'rule':
      return to(['rules', hit.id]);
    default:
      return to(['review']);
  }
}
