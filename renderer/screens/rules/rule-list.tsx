import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { go } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { ExportButton } from '../../components/export-button.tsx';
import { Answered, Empty } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { FollowNote } from './follow-note.tsx';
import { RuleTable } from './rule-table.tsx';

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
