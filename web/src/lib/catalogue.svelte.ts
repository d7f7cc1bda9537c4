/** The kinds of paper and the default folders, as the server names them. Asked for once. */
import { api, ask, type Schema } from './api/client';
import { language } from './i18n/index.svelte';

export type DocumentType = Schema['DocumentTypeBody'];
export type DefaultFolder = Schema['DefaultFolderBody'];

let types = $state.raw<DocumentType[]>([]);
let folders = $state.raw<DefaultFolder[]>([]);
let asked: Promise<void> | null = null;
let changes = $state(0);

export const catalogue = {
  get types() {
    return types;
  },
  get folders() {
    return folders;
  },
  /** How often this page changed the catalogue: an effect that reads it runs again with each. */
  get changes() {
    return changes;
  },
};

/** Asks for the catalogue where nobody did before; after a failure the next call asks again. */
export function loadCatalogue(): Promise<void> {
  asked ??= load().catch((thrown: unknown) => {
    asked = null;
    throw thrown;
  });
  return asked;
}

/** The catalogue was changed: the next call asks again. */
export function catalogueChanged(): void {
  asked = null;
  changes += 1;
}

async function load(): Promise<void> {
  const [typeList, folderList] = await Promise.all([
    ask(api.GET('/api/v1/catalogue/document-types')),
    ask(api.GET('/api/v1/catalogue/default-folders')),
  ]);
  types = typeList.items;
  folders = folderList.items;
}

/** What something of the catalogue is called in the page's language. */
export function inWords(named: { vi: string; en: string }): string {
  return named[language()];
}

/** The kind of paper in words; null where none is said or known. */
export function typeName(code: string | null | undefined): string | null {
  const type = types.find((type) => type.code === code);
  return type ? inWords(type) : null;
}
