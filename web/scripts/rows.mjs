/**
 * Writes `docs/page-tests.md`: which test shows each requirement row that has a screen. `--check` compares instead, and fails where a row
 * has no test or the page is out of date.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url).pathname;
const rows = JSON.parse(readFileSync(here('../e2e/rows.json'), 'utf8'));

/** Row → titles of its tests. A title begins with one or more ids: `C1 C2 shows folders …`. */
const tests = new Map(Object.keys(rows).map((row) => [row, []]));
const findings = [];
for (const file of readdirSync(here('../e2e'))
  .filter((name) => name.endsWith('.spec.ts'))
  .sort()) {
  const source = readFileSync(here(`../e2e/${file}`), 'utf8');
  for (const [, , title] of source.matchAll(/^\s*test\((['"`])(.+?)\1/gm)) {
    const [, ids] = /^((?:[A-K]\d{1,2} )*)/.exec(title);
    for (const row of ids.trim().split(' ').filter(Boolean)) {
      if (tests.has(row)) tests.get(row).push(`\`${file}\` ${title.slice(ids.length)}`);
      else findings.push(`${file}: row ${row} is not in e2e/rows.json`);
    }
  }
}

const lines = Object.entries(rows).map(([row, what]) => `| ${row} | ${what} | ${tests.get(row).join('<br>')} |`);
const page = `# Tests of the page

Made by \`npm run rows\` in \`web/\` from the titles in \`web/e2e\`. Every row of the requirements that has a screen, and the tests that go
through it as a person does.

| row | what | tests |
|---|---|---|
${lines.join('\n')}
`;

const path = here('../../docs/page-tests.md');
if (process.argv.includes('--check')) {
  for (const [row, titles] of tests) if (titles.length === 0) findings.push(`row ${row} has no test`);
  if (readFileSync(path, 'utf8') !== page) findings.push('docs/page-tests.md is out of date: npm run rows');
} else {
  writeFileSync(path, page);
}
findings.forEach((finding) => console.error(finding));
console.log(`${Object.keys(rows).length} rows, ${findings.length} findings`);
process.exitCode = findings.length ? 1 : 0;
