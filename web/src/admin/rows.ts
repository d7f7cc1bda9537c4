/** The lists of the catalogue: what each row says, and how the rows are found. */
import { findAgencies, findProcedures, listDays, listResultTypes, type Agency, type Kind } from '../lib/api/catalogue';
import { api, ask } from '../lib/api/client';
import { inWords, typeName } from '../lib/catalogue.svelte';
import { count, day } from '../lib/i18n/format';
import { say } from '../lib/i18n/index.svelte';
import { wording } from '../lib/i18n/words/catalogue';
import { levelName } from './facts';
import { folderName } from './names.svelte';

export interface Row {
  /** The code. */
  id: string;
  name: string;
  note: string;
  /** Said where it does not hold today. */
  state: string;
  /** How many agencies of the list stand above it. */
  depth: number;
}

interface Page {
  items: Row[];
  next_cursor?: string | null;
}

/** More than a province has; where there are more, they stand by name. */
const TREE = 500;

export const today = () => new Date().toLocaleDateString('sv');

function stateOf({ valid_from: from, valid_until: until }: Pick<Agency, 'valid_from' | 'valid_until'>): string {
  if (until && until < today()) return say(wording.ended, day(until));
  return from && from > today() ? say(wording.begins, day(from)) : '';
}

const rowOf = (agency: Agency, depth = 0): Row => ({
  id: agency.code,
  name: inWords(agency.name),
  note: levelName(agency.level),
  state: stateOf(agency),
  depth,
});

/** Agencies below the one above them. */
function asTree(agencies: readonly Agency[]): Row[] {
  const known = new Set(agencies.map(({ code }) => code));
  const isBelow = (agency: Agency, above: string) =>
    (agency.parent && known.has(agency.parent) ? agency.parent : '') === above;
  const walk = (above: string, depth: number): Row[] =>
    agencies
      .filter((agency) => isBelow(agency, above))
      .flatMap((agency) => [rowOf(agency, depth), ...walk(agency.code, depth + 1)]);
  return walk('', 0);
}

async function agencyRows(words: string, cursor?: string): Promise<Page> {
  const page = await findAgencies({ q: words, cursor, limit: words || cursor ? undefined : TREE });
  const isWhole = !words && !cursor && !page.next_cursor;
  return { ...page, items: isWhole ? asTree(page.items) : page.items.map((agency) => rowOf(agency)) };
}

async function procedureRows(q: string, cursor?: string): Promise<Page> {
  const page = await findProcedures({ q, cursor });
  const items = page.items.map((procedure) => ({
    id: procedure.code,
    name: inWords(procedure.name),
    note: [inWords(procedure.field.name), say(wording.components, count(procedure.components))].join(' · '),
    state: stateOf(procedure),
    depth: 0,
  }));
  return { ...page, items };
}

const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');

/** Short lists come whole; each word is the beginning of one, as the server looks for the others. */
function among(rows: Row[], wanted: string): Page {
  const beginnings = fold(wanted).split(/\s+/).filter(Boolean);
  const holds = (row: Row) => {
    const found = fold(`${row.name} ${row.id}`).split(/[\s-]+/);
    return beginnings.every((start) => row.id.startsWith(start) || found.some((word) => word.startsWith(start)));
  };
  return { items: rows.filter(holds) };
}

async function typeRows(wanted: string): Promise<Page> {
  const { items } = await ask(api.GET('/api/v1/catalogue/document-types'));
  const row = (type: (typeof items)[number]): Row => ({
    id: type.code,
    name: inWords(type),
    note: folderName(type.family),
    state: '',
    depth: 0,
  });
  return among(items.map(row), wanted);
}

async function resultRows(wanted: string): Promise<Page> {
  const row = ({ code, name, document_type: type }: Awaited<ReturnType<typeof listResultTypes>>[number]): Row => ({
    id: code,
    name: inWords(name),
    note: typeName(type) ?? type,
    state: '',
    depth: 0,
  });
  return among((await listResultTypes()).map(row), wanted);
}

async function dayRows(wanted: string): Promise<Page> {
  const row = ({ code, name, work }: Awaited<ReturnType<typeof listDays>>[number]): Row => ({
    id: code,
    name: inWords(name),
    note: [day(code), work ? say(wording.dayWorked) : ''].filter(Boolean).join(' · '),
    state: '',
    depth: 0,
  });
  return among((await listDays()).map(row), wanted);
}

/** Rows of a kind whose name or code has the words. */
export function findRows(kind: Kind, wanted: string, cursor?: string): Promise<Page> {
  if (kind === 'agencies') return agencyRows(wanted, cursor);
  if (kind === 'procedures') return procedureRows(wanted, cursor);
  if (kind === 'days') return dayRows(wanted);
  return kind === 'document-types' ? typeRows(wanted) : resultRows(wanted);
}
