// Sizes of one style sheet: as it is, from three minifiers, and from files given beside it.
//
//   npm install && node sizes.js source.css [served.css …]
//
// prints bytes raw, with gzip 9 and with brotli 11.
import fs from 'node:fs';
import zlib from 'node:zlib';
import CleanCSS from 'clean-css';
import cssnano from 'cssnano';
import postcss from 'postcss';
import * as esbuild from 'esbuild';

const [source, ...served] = process.argv.slice(2);
const css = fs.readFileSync(source, 'utf8');
const sheets = {
  source: css,
  'clean-css level 2': new CleanCSS({ level: 2, inline: false, rebase: false }).minify(css).styles,
  cssnano: (await postcss([cssnano]).process(css, { from: undefined })).css,
  esbuild: (await esbuild.transform(css, { loader: 'css', minify: true })).code,
};
for (const file of served) sheets[file] = fs.readFileSync(file, 'utf8');

const best = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
console.log('| | raw | gzip 9 | brotli 11 |\n|---|---|---|---|');
for (const [name, text] of Object.entries(sheets)) {
  const bytes = Buffer.from(text);
  const sizes = [bytes.length, zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes, best).length];
  console.log(`| ${name} | ${sizes.map((n) => n.toLocaleString('en')).join(' | ')} |`);
}
