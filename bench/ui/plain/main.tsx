/** The peer of the bench: the same rows and cells as a plain React table, every row in the page. */
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Cell } from '../../../renderer/components/review-grid/cells.tsx';
import { COLUMNS } from '../../../renderer/components/review-grid/columns.ts';
import '../../../renderer/theme/theme.ts';
import '../../../renderer/components/review-grid/review-grid.css';
import type { QueueItem } from '../../../renderer/api/contract.ts';

function PlainTable({ items }: { readonly items: readonly QueueItem[] }) {
  const [rows, setRows] = useState(items);
  const [focus, setFocus] = useState(0);
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'ArrowDown') setFocus((at) => at + 1);
      if (key === 'a') setRows((before) => before.filter((_, index) => index !== focus));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [focus]);
  return (
    <div className="plain-scroll" style={{ height: '100vh', overflow: 'auto' }}>
      <table data-rows={rows.length}>
        <tbody>
          {rows.map((item, index) => (
            <tr key={item.id} data-focused={index === focus}>
              {COLUMNS.map((column) => (
                <td key={column.id}>
                  <Cell column={column.id} item={item} selected={false} density="comfortable" currency={false} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const items = (await (await fetch('./rows.json')).json()) as QueueItem[];
const place = document.getElementById('root');
if (place) createRoot(place).render(<PlainTable items={items} />);
