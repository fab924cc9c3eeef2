// Where pieces of a text lead by its source map.
//
//     node tests/maps/lookup.mjs INPUT     # {css, map, texts} → ["source:line", …], `nowhere` for none

import {readFileSync} from 'node:fs';
import {finder, position} from './map.mjs';

const {css, map, texts} = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const find = finder(map);
const places = texts.map(text => {
    const at = css.indexOf(text);
    if (at < 0 || css.indexOf(text, at + 1) >= 0) {
        throw new Error(`${text} stands not once in ${css}`);
    }
    const {line, column} = position(css, at);
    const place = find(line, column);
    return place ? `${place.source}:${place.line + 1}` : 'nowhere';
});
process.stdout.write(JSON.stringify(places));
