/** Codes of versions that are given instead of copies. */
import { api, ask, type Schema } from './client';
import { Problem } from './problem';

/** A citation; its code is what it is known by. */
export type Citation = Schema['CitationBody'] & { id: string };
export type CitationUse = Schema['CitationUseBody'];

const known = (citation: Schema['CitationBody']): Citation => ({ ...citation, id: citation.code });
const at = (code: string) => ({ path: { code } });

/** The code of a version; a version has one. */
export async function cite(entry: string, number: number): Promise<Citation> {
  const params = { path: { entry, number } };
  return known(await ask(api.POST('/api/v1/entries/{entry}/versions/{number}/citation', { params })));
}

export async function citationsOf(vault: string, cursor?: string) {
  const page = await ask(api.GET('/api/v1/citations', { params: { query: { vault, cursor, limit: 50 } } }));
  return { ...page, items: page.items.map(known) };
}

export async function withdrawCitation(code: string): Promise<void> {
  await ask(api.DELETE('/api/v1/citations/{code}', { params: at(code) }));
}

/** Says to whoever asked whether they may see the paper. */
export async function answer(code: string, request: string, allowed: boolean): Promise<void> {
  const params = { path: { code, request } };
  await ask(api.PUT('/api/v1/citations/{code}/requests/{request}', { params, body: { allowed } }));
}

/** What a code stands for, for its owner; for anybody else, whether it is well formed. */
export async function check(code: string): Promise<Schema['CitationAnswer']> {
  const params = at(code);
  try {
    return await ask(api.GET('/api/v1/citations/{code}', { params }));
  } catch (thrown) {
    if (Problem.of(thrown).status !== 401) throw thrown;
    // Whose session has ended is anybody.
    return ask(api.GET('/api/v1/citations/{code}', { params, credentials: 'omit' }));
  }
}
