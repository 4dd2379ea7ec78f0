// First: before any schema is made.
import './no-eval.ts';

import { createRoot } from 'react-dom/client';
import '../theme/theme.ts';
import { App } from './app.tsx';

const place = document.getElementById('root');
if (place) createRoot(place).render(<App />);
