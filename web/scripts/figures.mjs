/**
 * `npm run figures`: how heavy the page is. `--weights` reads the build alone. Fails where the first load has more script than it may.
 */
import { isFirstLoad, MOST_SCRIPT, weights } from './figures/weights.mjs';
import { table } from './figures/table.mjs';

const rows = weights();
console.log(table(rows));
const heavy = rows.filter(({ screen, kind, gzip }) => isFirstLoad(screen) && kind === 'script' && gzip > MOST_SCRIPT);
heavy.forEach(({ screen, gzip }) => console.error(`${screen}: ${gzip} bytes of script, ${MOST_SCRIPT} at the most`));
process.exitCode = heavy.length ? 1 : 0;
