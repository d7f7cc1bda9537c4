/** Invented reports of a year for the pictures: what a stage of one day has counted would draw a single column. */
import type { Page } from '@playwright/test';
import type { components } from '../../src/lib/api/schema';

type Schema = components['schemas'];
type Counts = Schema['CountsBody'];

/** How much the months differ from each other. */
const SEASON = [0.7, 0.5, 0.9, 1, 1.1, 1.2, 1, 0.9, 1.3, 1.2, 0.8];

function countsOf(dossiers: number, reuse: number, digitisation: number): Counts {
  const components = Math.round(dossiers * 3.4);
  const reused = Math.round(components * reuse);
  const digitised = Math.round(components * 0.12);
  const results = Math.round(dossiers * 0.9);
  const decided = results;
  const decided_digitised = Math.round(decided * digitisation);
  const components_with_file = Math.round(components * (0.5 + digitisation / 2));
  return {
    dossiers,
    reused,
    digitised,
    added: components - reused - digitised,
    results,
    decided,
    decided_digitised,
    components,
    components_with_file,
    refusals: Math.round(dossiers * 0.06),
    reuse_rate: reused / components,
    digitisation_rate: decided_digitised / decided,
    component_digitisation_rate: components_with_file / components,
  };
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (of: (counts: Counts) => number) => all.reduce((sum, counts) => sum + of(counts), 0);
  const [reused, decided] = [sum((one) => one.reused), sum((one) => one.decided)];
  const [added, digitised] = [sum((one) => one.added), sum((one) => one.digitised)];
  const decided_digitised = sum((one) => one.decided_digitised);
  const [components, components_with_file] = [sum((one) => one.components), sum((one) => one.components_with_file)];
  return {
    dossiers: sum((one) => one.dossiers),
    reused,
    added,
    digitised,
    results: sum((one) => one.results),
    decided,
    decided_digitised,
    components,
    components_with_file,
    refusals: sum((one) => one.refusals),
    reuse_rate: reused / (reused + added + digitised),
    digitisation_rate: decided_digitised / decided,
    component_digitisation_rate: components_with_file / components,
  };
}

const months = SEASON.map((part, month) => ({
  key: `2026-${String(month + 1).padStart(2, '0')}`,
  ...countsOf(Math.round(400 * part), 0.31 + 0.032 * month, 0.55 + 0.04 * month),
}));

const AGENCIES = [
  ['H99.20.01', 'Ủy ban nhân dân xã Suối Mơ', 'People’s Committee of Suối Mơ', 1210, 0.66],
  ['H99.20.02', 'Ủy ban nhân dân xã Bản Vược', 'People’s Committee of Bản Vược', 861, 0.41],
  ['H99.20.03', 'Ủy ban nhân dân phường Đồng Tâm', 'People’s Committee of Đồng Tâm Ward', 1544, 0.58],
  ['H99.20.09', 'Ủy ban nhân dân xã Nà Phìn', 'People’s Committee of Nà Phìn', 402, 0.29],
  ['H99.05', 'Sở Nông nghiệp và Môi trường', 'Department of Agriculture and Environment', 223, 0.47],
] as const;

const agencies = AGENCIES.map(([key, name, name_en, dossiers, reuse]) => ({
  key,
  name,
  name_en,
  ...countsOf(dossiers, reuse, reuse + 0.25),
}));

const REASONS = { unreadable: 96, expired: 61, wrong_kind: 44, incomplete_pages: 31, wrong_person: 12, other: 10 };
const nothing = { ...countsOf(0, 0, 0), reuse_rate: null, digitisation_rate: null, component_digitisation_rate: null };
const reasons = Object.entries(REASONS).map(([key, refusals]) => ({ key, ...nothing, refusals }));

const STANDINGS = { received: [112, 0], supplement_requested: [38, 4], processing: [205, 9], returned: [3561, 0] };
const standings = Object.entries(STANDINGS).map(([state, [count = 0, overdue = 0]]) => ({
  agency: AGENCIES[0][0],
  name: AGENCIES[0][1],
  name_en: AGENCIES[0][2],
  state,
  count,
  overdue,
}));

const reports: Record<string, Schema['ReuseReport']> = {
  day: { items: [], total: sumOf(months) },
  month: { items: months, total: sumOf(months) },
  agency: { items: agencies, total: sumOf(agencies) },
  reason: { items: reasons, total: { ...nothing, refusals: 254 } },
  // Of the year before, to compare with.
  year: { items: [], total: countsOf(3480, 0.38, 0.61) },
};

/** Has the page see these reports. */
export async function reportsOfAYear(page: Page): Promise<void> {
  await page.route('**/api/v1/reports/**', async (route) => {
    const url = new URL(route.request().url());
    const body: unknown = url.pathname.endsWith('/dossiers')
      ? { items: standings }
      : reports[url.searchParams.get('by') ?? ''];
    await route.fulfill({ json: body });
  });
}
