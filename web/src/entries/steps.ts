/** The way to a folder as links: from the vault's beginning, or from what others shared. */
import type { Schema } from '../lib/api/client';
import { catalogue, inWords } from '../lib/catalogue.svelte';
import { say } from '../lib/i18n/index.svelte';
import { files } from '../lib/i18n/words/files';
import { shell } from '../lib/i18n/words/shell';
import { session } from '../lib/session.svelte';
import type { Entry } from './entry';

export interface Step {
  id: string;
  name: string;
  href: string;
  isFolder: boolean;
}

export function stepsTo(way: readonly Schema['StepBody'][], folder: Pick<Entry, 'vault_id'>): Step[] {
  const vault = session.vaults.find(({ id }) => id === folder.vault_id);
  const steps = way.map((step) => named(step));
  const [top] = steps;
  if (vault && top?.id === vault.root_id) {
    const name = vault.id === session.account?.vault_id ? say(shell.myVault) : vault.owner_name;
    return [{ ...top, name, href: '/' }, ...steps.slice(1)];
  }
  return [{ id: 'shared', name: say(files.sharedWithMe), href: '/shared/with-me', isFolder: false }, ...steps];
}

function named(step: Schema['StepBody']): Step {
  const known = catalogue.folders.find(({ code }) => code === step.system_code);
  return { id: step.id, name: known ? inWords(known) : step.name, href: `/folders/${step.id}`, isFolder: true };
}
