/** The little that the first load knows about adding: the rest is loaded when somebody adds, or left something unfinished. */
import { Problem } from '../lib/api/problem';
import { beforeSignOut, session } from '../lib/session.svelte';
import { failed } from '../lib/toasts.svelte';
import { hasUnfinished } from './kept';
import type { Goal } from './queue.svelte';

let isOpen = $state(false);

export const door = {
  /** Whether there is something to show in the tray. */
  get isOpen(): boolean {
    return isOpen;
  },
};

function load(): Promise<typeof import('./queue.svelte')> {
  return import('./queue.svelte').catch(() => Promise.reject(Problem.offline()));
}

/** Adds files to a folder, or one as the newest version of a document. */
export async function addFiles(files: Iterable<File>, goal: Omit<Goal, 'accountId'>): Promise<void> {
  const accountId = session.account?.id;
  const chosen = [...files];
  if (!accountId || chosen.length === 0) return;
  try {
    const { add } = await load();
    isOpen = true;
    add(chosen, { accountId, ...goal });
  } catch (thrown) {
    failed(thrown);
  }
}

/** Goes on with what the account left unfinished in this browser. */
export async function goOnAdding(accountId: string): Promise<void> {
  if (!(await hasUnfinished(accountId))) return;
  const { takeUp } = await load();
  isOpen = true;
  await takeUp(accountId);
}

/** Nobody is signed in any more, or the tray was closed. */
export async function closeDoor(): Promise<void> {
  if (!isOpen) return;
  isOpen = false;
  (await load()).leave();
}

// Nothing of a person's papers stays in a browser that they leave.
beforeSignOut(async () => {
  if (isOpen) await (await load()).abandon();
});
