import type { Kind, Right } from './rights';

/** What the share dialog needs to know of a folder or document. */

export interface Shareable {
  id: string;
  name: string;
  kind: Kind;
  /** What the giver may do with it. */
  rights: readonly Right[];
}
