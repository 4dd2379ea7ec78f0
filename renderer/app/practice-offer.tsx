import { Button } from '../components/button.tsx';
import { t } from '../i18n/t.ts';
import { runCommand, useOfferedCommands } from './commands.ts';

/** Beside what a first run asks for: everything can be tried first. Nothing where the host has no practice company. */
export function PracticeOffer() {
  const offered = useOfferedCommands().includes('practice.open');
  if (!offered) return null;
  return <Button onPress={() => runCommand('practice.open')}>{t('Open the practice company')}</Button>;
}
