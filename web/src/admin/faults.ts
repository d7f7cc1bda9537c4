/** Where the server says that something is wrong: JSON pointers into the catalogue's file. */
import type { Fault, Kind } from '../lib/api/catalogue';
import { inWords } from '../lib/catalogue.svelte';
import { say, type Phrase } from '../lib/i18n/index.svelte';
import { places } from '../lib/i18n/words/keeping';
import { KINDS } from './kinds';

/** What is wrong with what stands at a path of an item, such as `/components/0/code`. */
export type FaultAt = (path: string) => string | undefined;

const parts = (at: string) => at.split('/').slice(1);
const listOf = (kind: Kind) => kind.replaceAll('-', '_');
const kindAt = (at: string) => (Object.keys(KINDS) as Kind[]).find((kind) => listOf(kind) === parts(at)[0]);

/** The path within the item that a form shows; null where the fault is another's. */
function pathIn(fault: Fault, kind: Kind, code: string): string | null {
  const [list, , ...path] = parts(fault.at);
  return list === listOf(kind) && fault.item === code ? `/${path.join('/')}` : null;
}

/** Finds what is wrong at a place of one item, or below it. */
export function faultFinder(faults: readonly Fault[], kind: Kind, code: string): FaultAt {
  const own = faults.map((fault) => ({ fault, path: pathIn(fault, kind, code) }));
  return (path) => {
    const found = own.filter((one) => one.path === path || one.path?.startsWith(`${path}/`));
    return found.map(({ fault }) => inWords(fault)).join(' ') || undefined;
  };
}

/** A place as people say it: procedure 1.001193, component 2, type taken 1. */
export function placeOf({ at, item }: Fault): string {
  const kind = kindAt(at);
  const path = kind ? parts(at).slice(2) : parts(at);
  const words = path.map((part) => {
    if (/^\d+$/.test(part)) return `${Number(part) + 1}`;
    const phrase: Phrase | undefined = places[part as keyof typeof places];
    return phrase ? say(phrase) : part;
  });
  return [kind ? say(KINDS[kind].phrase) : '', item ?? '', words.join(' ')].filter(Boolean).join(' · ');
}
