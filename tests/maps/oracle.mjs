// Compares where a compiled sheet's rules and declarations come from with what dart-sass says.
//
//     node tests/maps/oracle.mjs INPUT
//
// INPUT: {css, map, main, url, paths}: a sheet and its map, the SCSS that it was compiled of, the URL which that has and
// its load paths. Prints {pieces, same, others}: pieces that both have, those that both have in the same file and line,
// and the rest.

import {readFileSync} from 'node:fs';
import * as sass from 'sass';
import postcss from 'postcss';
import {finder} from './map.mjs';

const {css, map, main, url, paths} = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const theirs = sass.compileString(main, {
    loadPaths: paths, url: new URL(url), sourceMap: true, charset: false, quietDeps: true, logger: sass.Logger.silent,
    importer: {
        canonicalize: () => null,
        load: () => null,
    },
});

/** What a sheet means, piece by piece, with where each stands. */
function pieces(text) {
    const found = [];
    postcss.parse(text).walk(node => {
        const what = {
            rule: () => node.selector.replace(/\s+/g, ' '),
            decl: () => `${node.prop}:${node.value.replace(/\s+/g, ' ')}`,
            atrule: () => `@${node.name} ${node.params.replace(/\s+/g, ' ')}`,
        }[node.type]?.();
        if (what !== undefined) {
            const {line, column} = node.source.start;
            found.push({what, line: line - 1, column: column - 1});
        }
    });
    return found;
}

const [ours, oracle] = [pieces(css), pieces(theirs.css)];
const [find, findOracle] = [finder(map), finder(theirs.sourceMap)];
const name = place => place && `${decodeURIComponent(place.source).split('/').slice(-2).join('/')}:${place.line + 1}`;
const others = [];
let same = 0;
let both = 0;
// Where one has pieces that the other has not, both are looked for a little further on.
for (let i = 0, j = 0; i < ours.length && j < oracle.length;) {
    if (ours[i].what !== oracle[j].what) {
        const ahead = [...Array(200).keys()].slice(1);
        const [di] = ahead.filter(d => ours[i + d]?.what === oracle[j].what);
        const [dj] = ahead.filter(d => oracle[j + d]?.what === ours[i].what);
        if (di && (!dj || di <= dj)) {
            i += di;
        } else if (dj) {
            j += dj;
        } else {
            i++;
            j++;
        }
        continue;
    }
    both++;
    const here = name(find(ours[i].line, ours[i].column));
    const there = name(findOracle(oracle[j].line, oracle[j].column));
    // The text of a theme's own functions is joined behind the file: it has a name of its own.
    const isJoined = here?.includes('extra SCSS');
    if (here === there || isJoined) {
        same++;
    } else {
        others.push(`${ours[i].what}: ${here}, not ${there}`);
    }
    i++;
    j++;
}
process.stdout.write(JSON.stringify({pieces: both, same, others}));
