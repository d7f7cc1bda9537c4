/** Light or dark: as the device says until the person chooses. */
import { stored } from './stored.svelte';

export type Theme = 'device' | 'light' | 'dark';

const chosen = stored<Theme>('theme', 'device', (value) => ['device', 'light', 'dark'].includes(value));
const device = matchMedia('(prefers-color-scheme: dark)');
let deviceIsDark = $state(device.matches);
device.addEventListener('change', () => {
  deviceIsDark = device.matches;
});

export function theme(): Theme {
  return chosen.value;
}

export function setTheme(theme: Theme): void {
  chosen.value = theme;
}

/** What is shown. */
export function shownTheme(): 'light' | 'dark' {
  return chosen.value === 'device' ? (deviceIsDark ? 'dark' : 'light') : chosen.value;
}
