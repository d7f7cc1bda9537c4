/**
 * `npm run figures`: how heavy the page is, and how soon it stands.
 *
 *   npm run figures -- --weights                what the build weighs, alone; fails where the first load has more script than it may
 *   npm run figures -- [URL] [LOGIN] [PASSWORD] that, and how soon the screens of a running server stand, on a slowed processor;
 *                                               without more, of the demo that `make run` serves
 */
import { cpus } from 'node:os';
import { loading } from './figures/loading.mjs';
import { table } from './figures/table.mjs';
import { isFirstLoad, MOST_SCRIPT, weights } from './figures/weights.mjs';

const words = process.argv.slice(2).filter((word) => word !== '--weights');
const [url = 'http://127.0.0.1:8080', login = 'hoa', password = 'SuoiMo-Kho-2026'] = words;

const heavy = (rows) =>
  rows.filter(({ screen, kind, gzip }) => isFirstLoad(screen) && kind === 'script' && gzip > MOST_SCRIPT);

/** The session's cookies, and the default folder that holds most. */
async function demo() {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) throw new Error(`${url} does not let ${login} in: ${answer.status}`);
  const set = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  const ask = async (path) => (await fetch(`${url}/api/v1${path}`, { headers: { Cookie: set.join('; ') } })).json();
  const { account } = await answer.json();
  const vault = (await ask('/vaults')).items.find(({ id }) => id === account.vault_id);
  const { items } = await ask(`/entries/${vault.root_id}/children?limit=200`);
  const [fullest] = items.filter(({ folder }) => folder).toSorted((a, b) => b.folder.documents - a.folder.documents);
  const cookies = set.map((pair) => {
    const [name, ...value] = pair.split('=');
    return { name, value: value.join('='), url };
  });
  return { cookies, folder: fullest };
}

const built = weights();
console.log(`${table(built)}\n`);
const tooHeavy = heavy(built);
tooHeavy.forEach(({ screen, gzip }) => console.error(`${screen}: ${gzip} bytes of script, ${MOST_SCRIPT} at the most`));
process.exitCode = tooHeavy.length ? 1 : 0;

if (!process.argv.includes('--weights')) {
  const { cookies, folder } = await demo();
  const screens = [
    { name: 'sign-in', path: '/sign-in', target: 'input', isField: true },
    { name: 'home', path: '/', target: 'main li a', isSignedIn: true },
    {
      name: `folder of ${folder.folder.documents}`,
      path: `/folders/${folder.id}`,
      target: 'main li a[href^="/documents"]',
      isSignedIn: true,
    },
  ];
  console.log(`${cpus().length} × ${cpus()[0]?.model}, slowed four times\n`);
  console.log(table(await loading({ url, cookies, screens })));
}
