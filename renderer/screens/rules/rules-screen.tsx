import '../../components/sheet.css';
import './rules.css';
import { useRoute } from '../../app/route.ts';
import { EditRule, NewRule } from './editor-page.tsx';
import { RuleList } from './rule-list.tsx';

/**
 * `#/rules`, one rule at `#/rules/ID`, a new one at `#/rules/new`, made from a bank line by `?line=ID` or from an entry
 * by `?from=ID`.
 */
export default function RulesScreen() {
  const { path, query } = useRoute();
  const [, place] = path;
  if (place === undefined) return <RuleList />;
  if (place !== 'new') return <EditRule id={place} />;
  const [from, line] = [query.get('from'), query.get('line')];
  return <NewRule key={`${from} ${line}`} from={from} line={line} />;
}
