// The status page as a browser, a keyboard and a screen reader meet it; tests/status.rs judges it.
//
//     node tests/browser/status.mjs URL SHEET [SCREENSHOTS]
//
// SHEET is the URL of a style sheet that was not asked for yet: what it costs is to appear by itself.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {open} from './chromium.mjs';

const [url, sheet, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const browser = await open();
const seen = {violations: [], overflow: {}};

/** Loads the page; unlike `visit` it does not wait for silence, which a page that follows never keeps. */
async function load(options) {
    const page = await browser.newPage(options);
    const trouble = [];
    page.on('console', message => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()));
    page.on('pageerror', error => trouble.push(error.message));
    page.on('response', answer => answer.status() >= 400 && trouble.push(`${answer.status()}: ${answer.url()}`));
    await page.goto(url, {waitUntil: 'load'});
    return {page, trouble};
}

try {
    for (const colorScheme of ['light', 'dark']) {
        for (const width of [400, 1400]) {
            // The page's own policy lets no script in, the checker's neither.
            const {page} = await load({colorScheme, viewport: {width, height: 900}, bypassCSP: true});
            await page.evaluate(() => document.querySelectorAll('details').forEach(details => details.open = true));
            await page.evaluate(axe);
            const found = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
            seen.violations.push(...found.violations.flatMap(({id, nodes}) => nodes.map(
                node => `${colorScheme} ${width}: ${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)));
            seen.overflow[`${colorScheme} ${width}`] = await page.evaluate(
                () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            if (screenshots) {
                await page.screenshot({path: `${screenshots}/status-${colorScheme}-${width}.png`, fullPage: true});
            }
            await page.close();
        }
    }

    const {page, trouble} = await load({viewport: {width: 1000, height: 800}});
    await page.waitForFunction(() => /follow by themselves/.test(document.querySelector('[role=status]')?.textContent));
    seen.focus = [];
    for (let n = 0; n < 40; n++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
            const element = document.activeElement;
            const {outlineStyle, outlineWidth} = getComputedStyle(element);
            return element === document.body ? '' : {
                text: element.textContent.trim().slice(0, 40), ring: `${outlineStyle} ${outlineWidth}`,
            };
        });
        if (!at) {
            break;
        }
        seen.focus.push(at);
    }
    // What is built now appears without a reload, and nothing else of the page is touched.
    await page.evaluate(() => window.sameDocument = document.querySelector('#themes h3'));
    await fetch(sheet);
    const name = new URL(sheet).pathname.split('/')[3];
    await page.waitForFunction(
        name => [...document.querySelectorAll('#builds th')].some(cell => cell.textContent.includes(`theme ${name}`)),
        name, {timeout: 60_000});
    seen.same = await page.evaluate(() => window.sameDocument === document.querySelector('#themes h3'));
    await page.getByRole('button', {name: 'Pause'}).click();
    seen.paused = await page.evaluate(() => document.querySelector('button').getAttribute('aria-pressed'));
    seen.trouble = trouble;

    const {page: plain} = await load({javaScriptEnabled: false});
    seen.without = await plain.locator('#follow').textContent();
    process.stdout.write(JSON.stringify(seen));
} finally {
    await browser.close();
}
