/** Who is signed in and which vault is open. */
import { api, ask, setCsrfToken, whenSignedOut, type Schema } from './api/client';
import { Problem } from './api/problem';
import { setLanguage, type Language } from './i18n/index.svelte';
import { go, route } from './router.svelte';

type Account = Schema['AccountBody'];
type Vault = Schema['VaultBody'];
type Post = Schema['PostBody'];

let account = $state<Account | null>(null);
let posts = $state.raw<readonly Post[]>([]);
let vaults = $state<Vault[]>([]);
let vaultId = $state('');
let known = $state(false);

/** Pages that need no sign-in. */
const OPEN_TO_ALL = ['/sign-in', '/forgotten-password', '/password-reset', '/link', '/verify'];
/** Addresses of citation codes, which strangers scan. */
const CITED = '/c/';

export const session = {
  /** Whether the server was asked. */
  get known() {
    return known;
  },
  get account() {
    return account;
  },
  /** What the person is beyond a citizen, and for which agency. */
  get posts() {
    return posts;
  },
  get isOfficer() {
    return posts.some(({ role }) => role === 'officer');
  },
  get isAdministrator() {
    return posts.some(({ role }) => role === 'system_admin');
  },
  /** Whether reports are told to the person: about the own agency or about all. */
  get readsReports() {
    return posts.some(({ role }) => ['officer', 'agency_admin', 'system_admin', 'auditor'].includes(role));
  },
  /** Whether they are about the agencies that the person works for, and not about all. */
  get isOfAgency() {
    return !posts.some(({ role }) => ['system_admin', 'auditor'].includes(role));
  },
  get vaults() {
    return vaults;
  },
  /** The vault whose folders are shown. */
  get vault(): Vault | null {
    return vaults.find((vault) => vault.id === vaultId) ?? vaults[0] ?? null;
  },
};

whenSignedOut(() => {
  account = null;
  posts = [];
  vaults = [];
  known = true;
  if (!OPEN_TO_ALL.includes(route.path) && !route.path.startsWith(CITED)) {
    go(`/sign-in?next=${encodeURIComponent(route.path + location.search)}`, { replace: true });
  }
});

/** Takes up the session that the browser's cookie stands for, if it does. */
export async function resume(): Promise<void> {
  try {
    // Both at once: on a weak network an answer is a long way off.
    const [body] = await Promise.all([ask(api.GET('/api/v1/session')), reloadVaults()]);
    enter(body);
  } catch (thrown) {
    if (Problem.of(thrown).status !== 401) throw thrown;
  } finally {
    known = true;
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  const body = await ask(api.POST('/api/v1/session', { body: { login, password } }));
  await reloadVaults();
  enter(body);
  go(route.query('next') ?? '/', { replace: true });
}

const leaving: (() => Promise<void>)[] = [];

/** Has something done before a person leaves this browser. */
export function beforeSignOut(act: () => Promise<void>): void {
  leaving.push(act);
}

export async function signOut(): Promise<void> {
  for (const act of leaving) await act();
  await ask(api.DELETE('/api/v1/session'));
  account = null;
  posts = [];
  vaults = [];
  go('/sign-in');
}

function enter(body: Schema['SessionBody']): void {
  setCsrfToken(body.csrf_token);
  account = body.account;
  posts = body.posts;
  vaultId = body.account.vault_id ?? '';
  setLanguage(body.account.language as Language);
  known = true;
}

/** Asks anew which vaults the person can open, and in which role. */
export async function reloadVaults(): Promise<void> {
  vaults = (await ask(api.GET('/api/v1/vaults'))).items;
}

/** Opens another of the person's vaults, at its beginning or at an address. */
export function openVault(id: string, address = '/'): void {
  vaultId = id;
  go(address);
}

/** Takes over the account as the server has it after a change. */
export function setAccount(changed: Account): void {
  account = changed;
  setLanguage(changed.language as Language);
}
