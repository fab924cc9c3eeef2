// How much of what Moodle's own scripts serve is in what revserve serves, by (context, selector, declaration).
//
//   npm install && node compare.js revserve moodle.css revserve.css [differences.txt]
//
// Both sheets are brought to one spelling by the same tools: `revserve minify`, esbuild, then cssnano without what merges or
// drops rules and declarations; lists of selectors are taken apart. `served.php` makes the first sheet.
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import cssnano from 'cssnano';
import * as esbuild from 'esbuild';
import postcss from 'postcss';

const [binary, moodle, revserve, differences] = process.argv.slice(2);
const whole = ['mergeRules', 'mergeLonghand', 'discardOverridden', 'discardDuplicates', 'uniqueSelectors', 'reduceInitial'];
const kept = [...whole, 'normalizeUrl', 'svgo', 'cssDeclarationSorter'];
const preset = ['default', Object.fromEntries(kept.map((name) => [name, false]))];

// URLs of images and fonts, and the placeholders that they were made of, are one spelling.
const urls = (css) =>
  css
    .replace(/\[\[(pix|font):(?:(\w+)\|)?([^\]]+)\]\]/g, (_, kind, owner, name) => `${kind}:${owner ?? 'core'}:${name}`)
    .replace(
      /\/theme\/(image|font)\.php\/\w+\/(\w+)\/-?\d+\/([^)"'\s;?#]+)/g,
      (_, kind, owner, name) => `${kind === 'image' ? 'pix' : 'font'}:${owner}:${name}`,
    )
    .replace(/\b(pix|font):moodle:/g, '$1:core:');
const spelling = (text) => text.replace(/\s+/g, ' ').replace(/ ?([>+~,():{}]) ?/g, '$1').trim();
// Moodle's minifier writes other names of the same colours.
const value = (text) =>
  spelling(text)
    .replace(/\bRGBA?\(/g, (name) => name.toLowerCase())
    .replace(/#fff0(?![0-9a-f])|#0000(?![0-9a-f])/g, 'transparent')
    .replace(/rgb\((\d+) (\d+) (\d+)\/(\.\d+)\)/g, 'rgba($1,$2,$3,$4)');

async function taken_apart(file) {
  const css = execFileSync(binary, ['minify', file], { maxBuffer: 1 << 28 }).toString();
  const { code } = await esbuild.transform(urls(css), { loader: 'css', minify: true, logLevel: 'silent' });
  const { root } = await postcss([cssnano({ preset })]).process(code, { from: undefined });
  const found = new Set();
  root.walkDecls((declaration) => {
    const context = [];
    let selectors = [''];
    for (let at = declaration.parent; at.type !== 'root'; at = at.parent) {
      if (at.type === 'rule') {
        const own = postcss.list.comma(at.selector).map(spelling);
        selectors = own.flatMap((outer) => selectors.map((inner) => (inner ? `${outer} & ${inner}` : outer)));
      } else context.unshift(`@${at.name} ${spelling(at.params)}`);
    }
    const important = declaration.important ? '!important' : '';
    for (const selector of selectors) {
      found.add(`${context.join(' ')} {${selector}} ${declaration.prop}:${value(declaration.value)}${important}`);
    }
  });
  return found;
}

const [theirs, ours] = [await taken_apart(moodle), await taken_apart(revserve)];
const missing = [...theirs].filter((one) => !ours.has(one));
const further = [...ours].filter((one) => !theirs.has(one));
const share = (100 * (1 - missing.length / theirs.size)).toFixed(3);
console.log(
  `${theirs.size} of Moodle's, ${ours.size} of revserve's: ${share} % of the first are in the second, ` +
    `${missing.length} are not, and ${further.length} of the second not in the first`,
);
if (differences) fs.writeFileSync(differences, ['only Moodle', ...missing, '', 'only revserve', ...further, ''].join('\n'));
