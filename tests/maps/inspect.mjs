// What a browser's inspector says of the rules that apply to a page's elements.
//
//     node tests/maps/inspect.mjs INPUT URL
//
// Prints {places, maps}: for rules and declarations of several elements the source and line that the sheet's map leads
// to, and the URLs of the maps that the browser was told of.

import {open} from '../browser/chromium.mjs';
import {finder} from './map.mjs';

const url = process.argv[3];
const browser = await open();
const seen = {places: [], maps: []};

try {
    const page = await browser.newPage();
    const inspector = await page.context().newCDPSession(page);
    const sheets = new Map();
    inspector.on('CSS.styleSheetAdded', ({header}) => sheets.set(header.styleSheetId, header));
    await page.goto(url, {waitUntil: 'load'});
    await inspector.send('DOM.enable');
    await inspector.send('CSS.enable');
    const finders = new Map();
    const find = async header => {
        const map = new URL(header.sourceMapURL, header.sourceURL).href;
        if (!finders.has(map)) {
            seen.maps.push(map);
            const answer = await fetch(map);
            if (!answer.ok) {
                throw new Error(`${map}: ${answer.status}`);
            }
            finders.set(map, finder(await answer.json()));
        }
        return {map, find: finders.get(map)};
    };
    const {root} = await inspector.send('DOM.getDocument', {depth: -1});
    const {nodeIds} = await inspector.send('DOM.querySelectorAll', {nodeId: root.nodeId, selector: 'body, body *'});
    const known = new Set();
    for (const nodeId of nodeIds) {
        if (seen.places.length > 200) {
            break;
        }
        const {matchedCSSRules} = await inspector.send('CSS.getMatchedStylesForNode', {nodeId});
        for (const {rule} of matchedCSSRules ?? []) {
            const header = sheets.get(rule.styleSheetId);
            const start = rule.selectorList?.selectors[0]?.range;
            if (rule.origin !== 'regular' || !header?.sourceMapURL || !start) {
                continue;
            }
            const id = `${rule.styleSheetId}:${start.startLine}:${start.startColumn}`;
            if (known.has(id)) {
                continue;
            }
            known.add(id);
            const {map, find: at} = await find(header);
            const add = (text, range) => {
                const place = at(range.startLine, range.startColumn);
                if (!place) {
                    throw new Error(`${text} of ${header.sourceURL} leads nowhere`);
                }
                seen.places.push([text, new URL(place.source, map).href, place.line + 1]);
            };
            add(rule.selectorList.text.split(',')[0], start);
            for (const property of rule.style.cssProperties.filter(property => property.range)) {
                add(`${property.name}: ${property.value}`, property.range);
            }
        }
    }
    process.stdout.write(JSON.stringify(seen));
} finally {
    await browser.close();
}
