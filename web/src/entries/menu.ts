/** Which acts a list offers for what is chosen. */
import Download from '@lucide/svelte/icons/download';
import FolderInput from '@lucide/svelte/icons/folder-input';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Info from '@lucide/svelte/icons/info';
import Pencil from '@lucide/svelte/icons/pencil';
import Share2 from '@lucide/svelte/icons/share-2';
import SquareCheck from '@lucide/svelte/icons/square-check';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { Schema } from '../lib/api/client';
import { say } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';
import { go, withQuery } from '../lib/router.svelte';
import { session } from '../lib/session.svelte';
import { failed } from '../lib/toasts.svelte';
import type { MenuItem } from '../ui/MenuList.svelte';
import { askFor, askRename, download, trash } from './acts.svelte';
import { addressOf, isAuthenticated, isDefaultFolder, lockOf, type Entry } from './entry';

export type Right = Schema['Right'];

const BY_ROLE: Record<string, readonly Right[]> = {
  owner: ['view', 'download', 'edit', 'reshare', 'delete', 'own'],
  editor: ['view', 'download', 'edit', 'delete'],
  viewer: ['view', 'download'],
};

/** What the person may do in a vault as a whole; in another's, only what the entry itself tells. */
export function rightsIn(vault: string): readonly Right[] {
  return BY_ROLE[session.vaults.find(({ id }) => id === vault)?.role ?? ''] ?? ['view'];
}

/** What can be done with entries by somebody with these rights on them. The server has the last word. */
export function menuOf<T extends Entry>(
  entries: T[],
  rights: readonly Right[],
  onchoose?: (entry: T) => void,
): MenuItem[] {
  const [first] = entries;
  if (!first) return [];
  const alone = entries.length === 1;
  const has = (right: Right) => rights.includes(right);
  const fixed = entries.some(isDefaultFolder);
  const locked = entries.some(isAuthenticated);
  const items: (MenuItem | false)[] = [
    alone && { label: say(files.open), icon: FolderOpen, href: addressOf(first) },
    alone && { label: say(files.details), icon: Info, onclick: () => go(withQuery({ details: first.id })) },
    alone &&
      onchoose !== undefined && { label: say(files.chooseThis), icon: SquareCheck, onclick: () => onchoose(first) },
    alone &&
      has('reshare') && {
        label: say(files.share),
        icon: Share2,
        onclick: () => askFor({ act: 'share', entry: first }),
      },
    has('download') && {
      label: say(alone && first.kind === 'document' ? files.download : files.downloadZip),
      icon: Download,
      onclick: () => void download(entries).catch(failed),
    },
    alone &&
      has('edit') && {
        label: say(files.rename),
        icon: Pencil,
        disabled: fixed || locked,
        onclick: () => askRename(first),
      },
    has('edit') && {
      label: say(files.move),
      icon: FolderInput,
      disabled: fixed,
      onclick: () => askFor({ act: 'move', entries }),
    },
    has('delete') && {
      label: say(files.trash),
      icon: Trash2,
      danger: true,
      disabled: alone && (fixed || locked),
      onclick: () => void trash(entries).catch(failed),
    },
  ];
  return items.filter((item) => item !== false);
}

/** Why some of the menu cannot be done with an entry. */
export function menuNote([first, ...others]: readonly Entry[]): string | undefined {
  const lock = first && others.length === 0 && lockOf(first);
  return lock ? say(lock) : undefined;
}
