/**
 * Checks what the page says: every phrase is said somewhere, no text stands outside of phrases, and the glossary's words are kept.
 * That no translation is missing, the compiler checks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import ts from 'typescript';

const source = new URL('../src', import.meta.url).pathname;
const words = join(source, 'lib/i18n/words');
const findings = [];

const files = readdirSync(source, { recursive: true })
  .map((name) => join(source, name))
  .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith('.d.ts'));
const code = files.filter((path) => !path.startsWith(words)).map((path) => readFileSync(path, 'utf8'));

/** Phrases of one area: name → { vi, en } as they stand in the source. */
function phrasesOf(path) {
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  for (const statement of tree.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const table = initializer && ts.isAsExpression(initializer) ? initializer.expression : initializer;
      if (!table || !ts.isObjectLiteralExpression(table)) continue;
      for (const property of table.properties) {
        if (!ts.isPropertyAssignment(property) || !ts.isObjectLiteralExpression(property.initializer)) continue;
        const said = {};
        for (const member of property.initializer.properties) {
          said[member.name?.getText()] = member.initializer?.getText() ?? '';
        }
        if ('vi' in said) found.push({ area: name.getText(), key: property.name.getText(), ...said });
      }
    }
  }
  return found;
}

/** Text of a component that is not in braces, where it has letters. */
function textOutsidePhrases(path) {
  const visit = (node) => {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (node.type === 'StyleDirective') return;
    if (node.type === 'Attribute') {
      const spoken = ['aria-label', 'title', 'placeholder', 'alt', 'label', 'text', 'hint', 'content'].includes(
        node.name,
      );
      const value = Array.isArray(node.value) ? node.value : [node.value];
      if (!spoken) return value.forEach((part) => part?.type !== 'Text' && visit(part));
    }
    if (node.type === 'Text' && /\p{L}{2}/u.test(node.data)) {
      findings.push(`${path}: "${node.data.trim()}" stands outside of phrases`);
    }
    Object.entries(node).forEach(([name, value]) => name !== 'parent' && visit(value));
  };
  visit(parse(readFileSync(path, 'utf8'), { modern: true }).fragment);
}

const glossary = JSON.parse(readFileSync(new URL('../glossary.json', import.meta.url), 'utf8'));
const holds = (text, word) => new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu').test(text);

let phrases = 0;
for (const name of readdirSync(words)) {
  for (const phrase of phrasesOf(join(words, name))) {
    phrases += 1;
    const said = new RegExp(`\\b${phrase.area}\\s*\\.\\s*${phrase.key}\\b`);
    const byTable = new RegExp(`\\b${phrase.area}\\s*\\[`);
    if (!code.some((text) => said.test(text) || byTable.test(text))) {
      findings.push(`${name}: nothing says ${phrase.area}.${phrase.key}`);
    }
    for (const term of glossary) {
      for (const [language, banned] of [
        ['vi', term.not_vi],
        ['en', term.not_en],
      ]) {
        const bad = banned.find((word) => holds(phrase[language], word));
        if (bad)
          findings.push(`${name}: ${phrase.area}.${phrase.key} says "${bad}"; the glossary has "${term[language]}"`);
      }
    }
  }
}
files.filter((path) => path.endsWith('.svelte')).forEach(textOutsidePhrases);

findings.forEach((finding) => console.error(finding));
console.log(`${phrases} phrases, ${findings.length} findings`);
process.exitCode = findings.length ? 1 : 0;
