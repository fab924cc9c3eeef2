// Runs scripts in a window of their own and prints, as JSON, what an exercise saw of them; tests/scripts.rs compares.
//
//     node tests/scripts/behave.mjs EXERCISE[:MODULE] SCRIPT…

import {readFileSync} from 'node:fs';
import {JSDOM, VirtualConsole} from 'jsdom';
import * as exercises from './exercises.mjs';

const [wanted, ...files] = process.argv.slice(2);
const [name, module] = wanted.split(':');

const page = `<!DOCTYPE html><html><head><title>Exercise</title></head><body>
<ul id="list"><li class="odd">one</li><li class="even" data-size="2">two</li><li class="odd last">three</li></ul>
<form id="form"><input name="a" value="1"><input name="b" type="checkbox" checked><select name="c"><option>x</option>
<option selected>y</option></select><textarea name="d">a text</textarea></form></body></html>`;

const trouble = [];
const virtualConsole = new VirtualConsole();
virtualConsole.on('jsdomError', error => trouble.push(`error: ${error.message}`));
virtualConsole.on('error', (...texts) => trouble.push(`console: ${texts.join(' ')}`));
const {window} = new JSDOM(page, {url: 'http://127.0.0.1/', runScripts: 'outside-only', pretendToBeVisual: true, virtualConsole});

if (name === 'module' && !module) {
    // A file by itself defines a module without a name, which no loader would take from here.
    window.eval('function define(...taken) { window.taken = taken; }');
}
for (const file of files) {
    window.eval(readFileSync(file, 'utf8'));
}
const seen = await exercises[name](window, module);
// Without going through JSON, undefined and functions would not be told from what is not there.
process.stdout.write(JSON.stringify([...seen, trouble], (key, value) => {
    if (value === undefined) {
        return '(undefined)';
    }
    return typeof value === 'function' ? '(function)' : value;
}));
window.close();
