/** What became of an item from version to version, the newest first. */
import { listVersions, readItem, type Item, type Kind, type Version } from '../lib/api/catalogue';
import { Problem } from '../lib/api/problem';
import { factsOf, type Facts } from './facts';

/** A line that a version made different. */
export interface Differing {
  label: string;
  before?: string;
  after?: string;
}

/** A version in which the item became different. */
export interface Step {
  number: number;
  /** Who made it, when and why; absent where the version is older than the list of versions reaches. */
  version?: Version;
  /** Nothing, where it was added. */
  differing: Differing[] | null;
}

export interface History {
  steps: Step[];
  /** The version from which on it goes back further. */
  from: number | null;
}

/** Steps asked for at once: each is a request. */
const STEPS = 10;
/** Versions asked for to say who made them. */
const VERSIONS = 500;

function differenceOf(before: Facts, after: Facts): Differing[] {
  const labels = [...new Set([...after, ...before].map(([label]) => label))];
  const textOf = (facts: Facts, label: string) => facts.find(([one]) => one === label)?.[1] || undefined;
  return labels
    .map((label) => ({ label, before: textOf(before, label), after: textOf(after, label) }))
    .filter(({ before, after }) => before !== after);
}

/** The item before a version; null where there was none. */
async function before(kind: Kind, code: string, number: number) {
  if (number <= 1) return null;
  try {
    return await readItem(kind, code, number - 1);
  } catch (thrown) {
    if (Problem.of(thrown).status === 404) return null;
    throw thrown;
  }
}

export async function historyOf(kind: Kind, code: string, item: Item, since: number): Promise<History> {
  const versions = (await listVersions({ limit: VERSIONS })).items;
  const steps: Step[] = [];
  let [now, number]: [Item, number] = [item, since];
  for (;;) {
    const version = versions.find((one) => one.number === number);
    if (steps.length === STEPS) return { steps, from: number };
    const earlier = await before(kind, code, number);
    const differing = earlier && differenceOf(factsOf(kind, earlier.item), factsOf(kind, now));
    steps.push({ number, version, differing });
    if (!earlier) return { steps, from: null };
    [now, number] = [earlier.item, earlier.since];
  }
}
