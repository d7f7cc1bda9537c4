/** What the codes that items name are called. Asked for once a visit to the administrator's pages. */
import { listResultTypes, type ResultType } from '../lib/api/catalogue';
import { catalogue, inWords, loadCatalogue } from '../lib/catalogue.svelte';

let results = $state.raw<readonly ResultType[]>([]);

export const resultTypes = {
  get all() {
    return results;
  },
};

/** Asks for the names; what is shown without them shows codes. */
export async function loadNames(): Promise<void> {
  const [items] = await Promise.all([listResultTypes(), loadCatalogue()]);
  results = items;
}

export function resultName(code: string): string | null {
  const found = results.find((result) => result.code === code);
  return found ? inWords(found.name) : null;
}

export function folderName(code: string): string {
  const folder = catalogue.folders.find((folder) => folder.code === code);
  return folder ? inWords(folder) : code;
}
