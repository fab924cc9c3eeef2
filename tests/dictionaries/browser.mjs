// What a browser sees of one page after the other, in one profile: reads URLs as lines, answers each with a line of
// JSON; tests/dictionaries/browser.rs judges it.
//
//     node tests/dictionaries/browser.mjs HASH
//
// HASH is the SHA-256 of the key that the server's certificate is for, in base64.

import {mkdtempSync, rmSync, existsSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {chromium} from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const profile = mkdtempSync(join(tmpdir(), 'revserve-chromium-'));
const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [
        '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
        // Not every error: a certificate with one is good enough to show a page, but not for dictionaries.
        `--ignore-certificate-errors-spki-list=${process.argv[2]}`,
    ],
});
try {
    for await (const url of createInterface({input: process.stdin})) {
        console.log(JSON.stringify(await look(url)));
    }
} finally {
    await context.close();
    rmSync(profile, {recursive: true, force: true});
}

async function look(url) {
    const page = await context.newPage();
    // What is really sent and received is known to the network layer only.
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    const requests = new Map();
    const of = id => requests.get(id) ?? requests.set(id, {url: '', sent: {}, got: {}, length: 0}).get(id);
    network.on('Network.requestWillBeSent', event => { of(event.requestId).url = event.request.url; });
    network.on('Network.requestWillBeSentExtraInfo', event => { of(event.requestId).sent = lower(event.headers); });
    network.on('Network.responseReceivedExtraInfo', event => { of(event.requestId).got = lower(event.headers); });
    await page.goto(url, {waitUntil: 'networkidle'});
    // Dictionaries are written to disk a moment after they were used.
    await page.waitForTimeout(500);
    const seen = await page.evaluate(() => ({
        background: getComputedStyle(document.body).backgroundColor,
        module: document.title,
    }));
    await page.close();
    const all = [...requests.values()].filter(request => request.url.includes('.php'));
    for (const request of all) {
        request.length = Number(request.got['content-length']);
    }
    return {...seen, requests: all};
}

function lower(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
