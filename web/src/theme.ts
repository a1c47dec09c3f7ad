// The three themes. The choice belongs to the device: a control room stays dark whoever signs in.

export const THEMES = ['day', 'dusk', 'night'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'holdpoint.theme';

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === stored) ?? 'day';
}

/** Shows a theme and remembers it. */
export function showTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.classList.toggle('pf-v6-theme-dark', theme !== 'day');
}
