import { createRoot } from 'react-dom/client';
import '../theme/theme.ts';
import { wear } from '../theme/theme.ts';
import { LinkPage } from './link-page.tsx';

wear({ theme: 'system', density: 'comfortable', privacy: false });
const place = document.getElementById('root');
if (place) createRoot(place).render(<LinkPage />);
