import '@fontsource-variable/inter';
import './tokens.css';
import './base.css';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'dense';
export type Look = { readonly theme: Theme; readonly density: Density; readonly privacy: boolean };

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

/** Puts the look on the page, where tokens.css reads it. */
export function wear(look: Look): void {
  const dark = look.theme === 'dark' || (look.theme === 'system' && systemDark.matches);
  const { dataset } = document.documentElement;
  dataset.theme = dark ? 'dark' : 'light';
  dataset.density = look.density;
  dataset.privacy = look.privacy ? 'on' : 'off';
}

/** Calls back when the system turns light or dark. */
export function onSystemTheme(listener: () => void): () => void {
  systemDark.addEventListener('change', listener);
  return () => systemDark.removeEventListener('change', listener);
}
