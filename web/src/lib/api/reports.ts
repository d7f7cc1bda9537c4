/** What is asked about reports: for whom, when, and divided into what. */
import { api, ask, type Schema } from './client';

export type Counts = Schema['CountsBody'];
export type ReportLine = Schema['ReportLine'];
export type Report = Schema['ReuseReport'];
export type Standing = Schema['DossiersInState'];
export type Division = 'day' | 'month' | 'year' | 'agency' | 'reason';

/** Days are written as 2026-11-26, in Vietnamese time. */
export interface Days {
  from: string;
  until: string;
}

export interface Scope extends Days {
  /** Code of one agency; else all that may be seen. */
  agency?: string;
  /** The agencies beneath too. */
  beneath?: boolean;
}

export function reportOn(scope: Scope, by: Division): Promise<Report> {
  return ask(api.GET('/api/v1/reports/reuse', { params: { query: { ...scope, by } } }));
}

/** Where the dossiers that were received in these days stand. */
export async function standingsOf(scope: Scope): Promise<Standing[]> {
  return (await ask(api.GET('/api/v1/reports/dossiers', { params: { query: { ...scope } } }))).items;
}

const queryOf = ({ agency, beneath, ...days }: Scope) => ({
  ...days,
  ...(agency ? { agency } : {}),
  ...(beneath ? { beneath: 'true' } : {}),
});

/** Where the same report is to be had as a table for spreadsheets. */
export function csvOf(scope: Scope, by: Division): string {
  return `/api/v1/reports/reuse.csv?${new URLSearchParams({ ...queryOf(scope), by }).toString()}`;
}

/** The same of where dossiers stand. */
export const standingsCsv = (scope: Scope): string =>
  `/api/v1/reports/dossiers.csv?${new URLSearchParams(queryOf(scope)).toString()}`;
