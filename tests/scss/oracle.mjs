// Compiles SCSS with npm sass (dart-sass), for tests/scss.rs to compare with.
//
//     node tests/scss/oracle.mjs FOLDER FILE…
//
// prints a JSON object: the CSS of each file, or {"error": …} where sass refuses it. Imports are looked for in FOLDER.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {compileString, Logger} from 'sass';

const [folder, ...files] = process.argv.slice(2);
const answers = {};
for (const file of files) {
    try {
        const options = {loadPaths: [folder], logger: Logger.silent, charset: false};
        answers[file] = compileString(readFileSync(join(folder, file), 'utf8'), options).css;
    } catch (error) {
        answers[file] = {error: String(error.sassMessage ?? error)};
    }
}
process.stdout.write(JSON.stringify(answers));
