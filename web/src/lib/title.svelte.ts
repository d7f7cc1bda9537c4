/** What the browser's tab says: the name of what is shown, for as long as it is. */
import { say } from './i18n/index.svelte';
import { common } from './i18n/words/common';

export function titled(name: () => string | undefined): void {
  $effect(() => {
    const [shown, app] = [name(), say(common.appName)];
    document.title = shown ? `${shown} · ${app}` : app;
    return () => (document.title = app);
  });
}
