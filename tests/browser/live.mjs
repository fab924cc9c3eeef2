// A page that follows its sources, as a browser sees it; tests/live.rs judges it.
//
//     node tests/browser/live.mjs URL CHECKOUT [SCREENSHOTS]

import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {open} from './chromium.mjs';

const [url, checkout, screenshots] = process.argv.slice(2);
const theme = `${checkout}/public/theme/orchard`;
const partial = `${theme}/scss/orchard/_seasons.scss`;
const good = readFileSync(partial, 'utf8');
const patience = {timeout: 60_000};

const browser = await open();
const context = await browser.newContext({viewport: {width: 900, height: 400}});
const seen = {};

async function tab() {
    const page = await context.newPage();
    await page.goto(url, {waitUntil: 'load'});
    await page.evaluate(() => {
        window.sameDocument = true;
        const field = document.createElement('input');
        field.id = 'typed';
        document.body.append(field);
        field.value = 'half a sentence';
        window.scrollTo(0, 250);
    });
    return page;
}

const outline = (page, colour) => page.waitForFunction(
    colour => getComputedStyle(document.body).outlineColor === colour, colour, patience);
const state = page => page.evaluate(() => ({
    same: window.sameDocument === true,
    typed: document.querySelector('#typed')?.value ?? '',
    scroll: Math.round(window.scrollY),
    sheets: document.querySelectorAll('link[rel=stylesheet]').length,
}));
const overlay = page => page.evaluate(() => document.querySelector('revserve-overlay')?.shadowRoot.textContent ?? '');

try {
    const page = await tab();
    // The stream begins a moment after the page.
    await page.waitForTimeout(500);
    seen.before = await state(page);

    let begun = Date.now();
    writeFileSync(partial, `${good}\nbody { outline: 3px solid rgb(1, 2, 3); }\n`);
    await outline(page, 'rgb(1, 2, 3)');
    seen.milliseconds = Date.now() - begun;
    await page.waitForTimeout(300);
    seen.edited = await state(page);

    writeFileSync(partial, `${good}\n.wrong {\n    color: $nowhere;\n}\n`);
    await page.waitForFunction(() => document.querySelector('revserve-overlay'), null, patience);
    seen.overlay = await overlay(page);
    seen.line = good.split('\n').length + 2;
    seen.styled = await page.evaluate(() => getComputedStyle(document.body).outlineColor);
    if (screenshots) {
        for (const [scheme, width] of [['light', 900], ['dark', 900], ['light', 360], ['dark', 360]]) {
            await page.emulateMedia({colorScheme: scheme});
            await page.setViewportSize({width, height: 500});
            await page.screenshot({path: `${screenshots}/overlay-${scheme}-${width}.png`});
        }
        await page.setViewportSize({width: 900, height: 400});
    }
    const late = await tab();
    await late.waitForFunction(() => document.querySelector('revserve-overlay'), null, patience);
    seen.hidden = [];
    for (const hide of [page => page.keyboard.press('Escape'), page => page.getByRole('button', {name: 'Hide'}).click()]) {
        await hide(late);
        seen.hidden.push(await late.evaluate(() => !document.querySelector('revserve-overlay')));
        await late.reload();
        await late.waitForFunction(() => document.querySelector('revserve-overlay'), null, patience);
    }
    await late.close();

    writeFileSync(partial, `${good}\nbody { outline: 3px solid rgb(4, 5, 6); }\n`);
    await outline(page, 'rgb(4, 5, 6)');
    await page.waitForFunction(() => !document.querySelector('revserve-overlay'), null, patience);
    seen.mended = await state(page);

    appendFileSync(`${theme}/pix_core/i/course.svg`, '<!-- changed -->\n');
    await page.waitForFunction(
        () => [...document.images].some(image => /i\/course.*live=\d+$/.test(image.src)), null, patience);
    seen.imaged = await state(page);

    const tabs = [];
    for (let n = 0; n < 9; n++) {
        tabs.push(await tab());
    }
    writeFileSync(partial, `${good}\nbody { outline: 3px solid rgb(7, 8, 9); }\n`);
    await Promise.all([page, ...tabs].map(page => outline(page, 'rgb(7, 8, 9)')));
    seen.tabs = tabs.length + 1;
    const metrics = await (await fetch(process.env.METRICS)).text();
    seen.streams = Number(/^revserve_live_streams (\d+)/m.exec(metrics)?.[1]);

    appendFileSync(`${theme}/javascript/footer.js`, '\nwindow.newScript = true;\n');
    await page.waitForFunction(() => window.newScript && !window.sameDocument, null, patience);
    seen.reloaded = true;
    process.stdout.write(JSON.stringify(seen));
} finally {
    await browser.close();
}
