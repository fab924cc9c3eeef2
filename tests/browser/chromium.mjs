// Chromium without a screen, and everything about a page that went wrong.
//
//     const browser = await open();
//     const {page, trouble} = await visit(browser, url);

import {existsSync} from 'node:fs';
import {chromium} from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts a browser that talks to nobody but the pages it is given. */
export function open() {
    const executablePath = PLACES.find(existsSync);
    if (!executablePath) {
        throw new Error(`no Chromium in ${PLACES.join(', ')}: tests/run installs it`);
    }
    return chromium.launch({
        executablePath,
        args: [
            '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync',
        ],
    });
}

/**
 * Opens a page and waits until nothing loads any more. `options` are those of Playwright's newPage.
 *
 * `trouble` is what a developer would see in red: console errors and warnings, exceptions, requests
 * that failed, answers of 400 and above. `answers` is every answer: url, status and headers.
 */
export async function visit(browser, url, options = {}) {
    const page = await browser.newPage(options);
    const trouble = [];
    const answers = [];
    page.on('console', message => {
        if (['error', 'warning'].includes(message.type())) {
            trouble.push(`console: ${message.text()}`);
        }
    });
    page.on('pageerror', error => trouble.push(`exception: ${error.message}`));
    page.on('requestfailed', request => trouble.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on('response', response => {
        answers.push({url: response.url(), status: response.status(), headers: response.headers()});
        if (response.status() >= 400) {
            trouble.push(`${response.status()}: ${response.url()}`);
        }
    });
    await page.goto(url, {waitUntil: 'networkidle'});
    return {page, trouble, answers};
}
