/** Prints rows as the Markdown table that `docs/page-figures.md` holds. */
export function table(rows) {
  const heads = Object.keys(rows[0] ?? {});
  const cells = [heads, ...rows.map((row) => heads.map((head) => String(row[head])))];
  const widths = heads.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const isNumber = heads.map((head) => rows.every((row) => typeof row[head] === 'number'));
  const line = (row) =>
    `| ${row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isNumber[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(cells[0]), line(rule), ...cells.slice(1).map(line)].join('\n');
}
