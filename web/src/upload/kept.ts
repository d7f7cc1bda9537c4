/**
 * What is being added, kept in the browser (IndexedDB), so that a closed or reloaded page goes on by itself.
 *
 * Files and facts lie apart: facts change often, and a file is copied whenever it is put. Where the browser keeps nothing (private
 * windows, a full disk) adding works all the same and ends with the page.
 */

export interface KeptFacts {
  id: string;
  accountId: string;
  name: string;
  folderId: string;
  /** The document that gets a new version, and its revision as last seen. */
  documentId: string | null;
  seenRev: number | null;
  comment: string;
  onConflict: 'refuse' | 'keep_both';
  /** Where its parts are sent, once the server gave an address. */
  uploadUrl: string | null;
  paused: boolean;
  addedAt: number;
}

export interface Kept {
  facts: KeptFacts;
  file: File;
}

/** The server forgets uploads after some days as well. */
const KEEP_MS = 7 * 86_400_000;
const FACTS = 'facts';
const FILES = 'files';

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('kho-adding', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FACTS, { keyPath: 'id' });
      request.result.createObjectStore(FILES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

/** Does `work` in one transaction; null where the browser keeps nothing. */
async function within<T>(mode: IDBTransactionMode, work: (tx: IDBTransaction) => IDBRequest<T>): Promise<T | null> {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const tx = database.transaction([FACTS, FILES], mode);
      const request = work(tx);
      tx.oncomplete = () => resolve(request.result);
      tx.onerror = () => reject(tx.error);
      tx.onabort = () => reject(tx.error);
    });
  } catch {
    return null;
  }
}

export async function keep({ facts, file }: Kept): Promise<void> {
  await within('readwrite', (tx) => {
    tx.objectStore(FILES).put(file, facts.id);
    return tx.objectStore(FACTS).put(facts);
  });
}

/** Changes the facts of something that is still kept. */
export async function keepFacts(facts: KeptFacts): Promise<void> {
  await within('readwrite', (tx) => {
    const store = tx.objectStore(FACTS);
    const there = store.getKey(facts.id);
    there.onsuccess = () => {
      if (there.result !== undefined) store.put(facts);
    };
    return there;
  });
}

export async function forget(id: string): Promise<void> {
  await within('readwrite', (tx) => {
    tx.objectStore(FILES).delete(id);
    return tx.objectStore(FACTS).delete(id);
  });
}

/** What an account left unfinished, the oldest first. What nobody came back for is forgotten. */
export async function unfinished(accountId: string): Promise<KeptFacts[]> {
  const all = (await within('readonly', (tx) => tx.objectStore(FACTS).getAll() as IDBRequest<KeptFacts[]>)) ?? [];
  for (const facts of all) if (Date.now() - facts.addedAt > KEEP_MS) await forget(facts.id);
  return all
    .filter((facts) => facts.accountId === accountId && Date.now() - facts.addedAt <= KEEP_MS)
    .sort((one, other) => one.addedAt - other.addedAt);
}

/** One that is still kept, as it is now. */
export async function kept(id: string): Promise<Kept | null> {
  const facts = await within('readonly', (tx) => tx.objectStore(FACTS).get(id) as IDBRequest<KeptFacts>);
  const file = await within('readonly', (tx) => tx.objectStore(FILES).get(id) as IDBRequest<File>);
  return facts && file ? { facts, file } : null;
}

/** Whether an account left something unfinished. */
export async function hasUnfinished(accountId: string): Promise<boolean> {
  return (await unfinished(accountId)).length > 0;
}

export async function forgetAll(accountId: string): Promise<void> {
  for (const { id } of await unfinished(accountId)) await forget(id);
}
