import './activity.css';
import { useRoute } from '../../app/route.ts';
import { Exceptions } from './exceptions.tsx';
import { Fetches } from './fetches.tsx';
import { Find } from './find.tsx';
import { JournalPage } from './journal-page.tsx';
import { Journals } from './journals.tsx';
import { LinePage } from './line-page.tsx';
import { QuestionPage } from './question-page.tsx';
import { RunPage } from './run-page.tsx';
import { Runs } from './runs.tsx';

/**
 * What Daybook did: `#/activity/{runs,fetches,journals,exceptions,find}`, one run at `#/activity/run/ID`, one
 * journal at `#/activity/journal/ID`, a question about one at `#/activity/question/ID`, and all about one line at `#/activity/line/ID` (or `entry/ID`, by its entry).
 */
export default function ActivityScreen() {
  const { path } = useRoute();
  const [, place = 'runs', id = ''] = path;
  switch (place) {
    case 'line':
      return <LinePage key={id} about={{ lineId: id }} />;
    case 'entry':
      return <LinePage key={id} about={{ proposalId: id }} />;
    case 'journal':
      return <JournalPage key={id} id={id} />;
    case 'run':
      return <RunPage key={id} id={id} />;
    case 'question':
      return <QuestionPage key={id} id={id} />;
    case 'fetches':
      return <Fetches />;
    case 'journals':
      return <Journals />;
    case 'exceptions':
      return <Exceptions />;
    case 'find':
      return <Find />;
    default:
      return <Runs />;
  }
}
