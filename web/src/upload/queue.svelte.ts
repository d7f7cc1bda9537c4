/**
 * What is being added: two files at a time, kept in the browser until each is in the vault.
 *
 * A lock of the browser names the tab that sends a file, so that two tabs never send the same one.
 */
import { door } from './door.svelte';
import { Item, type Decision } from './item.svelte';
import { keep, kept, unfinished, type Kept } from './kept';

const AT_ONCE = 2;

/** Where a file goes: into a folder, or onto a document as its newest version. */
export interface Goal {
  accountId: string;
  folderId: string;
  version?: { documentId: string; rev: number; comment: string };
  /** Told the document that a file became, and what it is called; not where another page brings it to its end. */
  onadded?: (entry: string, name: string) => void;
}

let items = $state<Item[]>([]);
/** What the person decided for all further taken names. */
let forAll: Decision | 'skip' | null = null;
/** Ends the waiting for locks of other tabs. */
let stopping = new AbortController();
/** Lets go of the lock of each item. */
const locks = new Map<string, () => void>();

export const queue = {
  get items(): readonly Item[] {
    return items;
  },
};

/** Adds files, in their order. */
export function add(files: Iterable<File>, { accountId, folderId, version, onadded }: Goal): void {
  forAll = null;
  for (const file of files) {
    const addedAt = Date.now();
    const facts = {
      id: `${addedAt}-${Math.random().toString(36).slice(2)}`,
      accountId,
      name: file.name,
      folderId,
      documentId: version?.documentId ?? null,
      seenRev: version?.rev ?? null,
      comment: version?.comment ?? '',
      onConflict: 'refuse' as const,
      uploadUrl: null,
      paused: false,
      addedAt,
    };
    void keep({ facts, file });
    void hold(facts.id, stopping.signal).then((release) => release && put({ facts, file }, release, onadded));
  }
}

/** Goes on with what an earlier page left, and with what another tab leaves when it closes. */
export function takeUp(accountId: string): void {
  const { signal } = stopping;
  void unfinished(accountId).then((all) => {
    for (const { id } of all) {
      void hold(id, signal).then(async (release) => {
        // Meanwhile another tab may have brought it to its end.
        const found = await kept(id);
        if (found && !signal.aborted && release) put(found, release);
        else release?.();
      });
    }
  });
}

function put(found: Kept, release: () => void, onadded?: Goal['onadded']): void {
  const { id } = found.facts;
  locks.set(id, release);
  const item = new Item(found, () => {
    if (item.state === 'done') {
      letGo(id);
      if (item.entryId && onadded) {
        onadded(item.entryId, item.name);
        // Whoever waited for it shows it.
        void remove(item);
      }
    }
    settle();
  });
  items.push(item);
  door.open();
  settle();
}

function letGo(id: string): void {
  locks.get(id)?.();
  locks.delete(id);
}

/** Waits until no other tab holds it; answers with what lets it go again, or null where the waiting was stopped. */
function hold(id: string, signal: AbortSignal): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    navigator.locks
      .request(`kho-adding-${id}`, { signal }, () => new Promise<void>((release) => resolve(release)))
      .catch(() => resolve(null));
  });
}

/** Gives turns, and the decision that was made for all. */
function settle(): void {
  for (const item of items) {
    if (item.state === 'asking' && forAll && allows(item, forAll)) decide(item, forAll, false);
  }
  let free = AT_ONCE - items.filter((item) => item.hasTurn).length;
  for (const item of items) {
    if (free <= 0) return;
    if (item.state !== 'waiting') continue;
    free -= 1;
    void item.run();
  }
}

/** Whether what has the name can get a new version: folders and authenticated documents can't. */
export function allows(item: Item, decision: Decision | 'skip'): boolean {
  if (decision === 'skip' || decision.way !== 'version') return true;
  return item.namesake?.kind === 'document' && !item.namesake.document?.authenticated;
}

/** What to do about a taken name; `always` for all others of this round. */
export function decide(item: Item, decision: Decision | 'skip', always: boolean): void {
  if (always) forAll = decision;
  if (decision === 'skip') void remove(item);
  else void item.decide(decision);
}

/** Gives an item up, or takes a finished one off the list. */
export async function remove(item: Item): Promise<void> {
  items = items.filter((other) => other !== item);
  letGo(item.id);
  if (item.state !== 'done') await item.cancel();
}

/** Takes off the list what needs nothing more: what is in the vault, and what never will be. */
export function clearOver(): void {
  const over = items.filter((item) => item.state === 'done' || item.state === 'failed');
  for (const item of over) void remove(item);
}

/** Stops all and empties the list, not what is kept: whoever signs in again goes on. */
export function leave(): void {
  const stopped = items;
  items = [];
  stopping.abort();
  stopping = new AbortController();
  for (const item of stopped) {
    item.leave();
    letGo(item.id);
  }
}

/** Gives all up: the person leaves this browser, and nothing of theirs stays in it. */
export async function abandon(): Promise<void> {
  await Promise.all(items.map(remove));
}
