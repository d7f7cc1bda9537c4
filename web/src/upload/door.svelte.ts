/** The little that the first load knows about adding: the rest is loaded when somebody adds, or left something unfinished. */
import { Problem } from '../lib/api/problem';
import { beforeSignOut, session } from '../lib/session.svelte';
import { failed } from '../lib/toasts.svelte';
import { forgetAll, hasUnfinished } from './kept';
import type { Goal } from './queue.svelte';

let isOpen = $state(false);
let loaded: Promise<typeof import('./queue.svelte')> | undefined;

export const door = {
  /** Whether there is something to show in the tray. */
  get isOpen(): boolean {
    return isOpen;
  },
  open(): void {
    isOpen = true;
  },
  close(): void {
    isOpen = false;
  },
};

function load(): Promise<typeof import('./queue.svelte')> {
  loaded ??= import('./queue.svelte').catch(() => {
    loaded = undefined;
    throw Problem.offline();
  });
  return loaded;
}

/** Adds files to a folder, or one as the newest version of a document. */
export async function addFiles(files: Iterable<File>, goal: Omit<Goal, 'accountId'>): Promise<void> {
  const accountId = session.account?.id;
  const chosen = [...files];
  if (!accountId || chosen.length === 0) return;
  try {
    (await load()).add(chosen, { accountId, ...goal });
  } catch (thrown) {
    failed(thrown);
  }
}

/** Goes on with what the account left unfinished in this browser. */
export async function goOnAdding(accountId: string): Promise<void> {
  if (await hasUnfinished(accountId)) (await load()).takeUp(accountId);
}

/** Nobody is signed in any more: all stops, and whoever signs in again goes on. */
export async function stopAdding(): Promise<void> {
  isOpen = false;
  (await loaded)?.leave();
}

// Nothing of a person's papers stays in a browser that they leave.
beforeSignOut(async () => {
  if (session.account) await forgetAll(session.account.id);
  await (await loaded)?.abandon();
});
