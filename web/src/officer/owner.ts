/** Who stands at the counter. */
export interface Owner {
  identity: string;
  name: string;
  hasVault: boolean;
}

/** What kind of owner a number belongs to: people have twelve digits, organisations other codes. */
export function kindOf({ identity }: Owner): 'person' | 'organisation' {
  return /^\d{12}$/.test(identity) ? 'person' : 'organisation';
}
