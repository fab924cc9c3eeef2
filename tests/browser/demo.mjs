// What a browser sees of the demo site's page, as JSON on standard output; tests/browser.rs judges it.
//
//     node tests/browser/demo.mjs URL WIDTH [SCREENSHOT.png]

import {open, visit} from './chromium.mjs';

const [url, width, screenshot] = process.argv.slice(2);
const browser = await open();
try {
    const {page, trouble, answers} = await visit(browser, url, {viewport: {width: Number(width), height: 900}});
    await allDone(page);
    const seen = await page.evaluate(look);
    if (screenshot) {
        await page.screenshot({path: screenshot, fullPage: true});
    }
    process.stdout.write(JSON.stringify({trouble, answers, ...seen}));
} finally {
    await browser.close();
}

// Parts report themselves a moment after their script ran; a part that never does is the test's to report.
async function allDone(page) {
    await page.waitForFunction(() => !document.querySelector('[data-part]:not(.state-done)'), null, {timeout: 10_000})
        .catch(() => {});
}

// Runs in the page.
function look() {
    const of = (selector, ...names) => {
        const style = getComputedStyle(document.querySelector(selector));
        return Object.fromEntries(names.map(name => [name, style.getPropertyValue(name)]));
    };
    return {
        parts: [...document.querySelectorAll('[data-part]')].map(part => ({
            name: part.dataset.part,
            text: part.textContent,
            done: part.classList.contains('state-done'),
        })),
        pictures: [...document.images].map(image => ({src: image.src, width: image.naturalWidth, alt: image.alt})),
        fonts: [...document.fonts].map(font => ({family: font.family.replaceAll('"', ''), status: font.status})),
        specimens: [...document.querySelectorAll('#specimens li')].map(item => item.textContent),
        bell: document.querySelector('#bell').textContent,
        flip: document.querySelector('#flip').getAttribute('href'),
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        body: of('body', 'background-color', 'color', 'direction'),
        heading: of('h1', 'font-family'),
        card: of('.card', 'border-left-width', 'border-right-width', 'border-left-color', 'border-right-color', 'display'),
        state: of('.state-done', 'padding-left', 'padding-right', 'background-image', 'background-position'),
        specimen: of('#specimens li', 'background-color', 'border-bottom-style'),
        code: of('.card code', 'direction', 'text-align'),
        ring: of('#bell', 'background-image'),
        sign: of('.yui3-overlay-sign', 'background-image', 'width'),
        hill: (style => style.backgroundImage)(getComputedStyle(document.querySelector('.hero'), '::after')),
    };
}
