// What RequireJS in a browser gets out of the one file of all AMD modules, as JSON on standard output.
//
//     node tests/browser/amd.mjs ORIGIN REVISION REQUIREJS MODULE,… [PATHS]
//
// REQUIREJS is the loader's path below dirroot, PATHS the loader's own `paths` as JSON. The page asks as Moodle's
// do: for core/first, which brings all, and then for each module.

import {open, visit} from './chromium.mjs';

const [origin, revision, loader, modules, paths = '{}'] = process.argv.slice(2);

const html = `<!DOCTYPE html><html lang="en"><head><title>Modules</title><link rel="icon" href="data:,"></head><body>
<script>var M = {cfg: {wwwroot: '${origin}', jsrev: ${revision}}, util: {}, str: {}};</script>
<script src="/lib/javascript.php/${revision}/${loader}"></script>
<script>
    var names = [];
    var real = window.define;
    window.define = function(name) {
        names.push(name);
        return real.apply(this, arguments);
    };
    window.define.amd = real.amd;
    require.config({baseUrl: '/lib/requirejs.php/${revision}/', waitSeconds: 0, enforceDefine: false, paths: ${paths}});
    var loaded = null;
    require(['core/first'], function() {
        require(${JSON.stringify(modules.split(','))}, function() {
            loaded = Array.prototype.map.call(arguments, function(module) {
                return typeof module + ' ' + Object.keys(module || {}).sort().join(' ');
            });
        });
    });
</script></body></html>`;

const browser = await open();
try {
    const context = await browser.newContext();
    await context.route(`${origin}/page`, route => route.fulfill({contentType: 'text/html', body: html}));
    const {page, trouble, answers} = await visit(context, `${origin}/page`);
    await page.waitForFunction(() => window.loaded, null, {timeout: 30_000}).catch(() => {});
    const seen = await page.evaluate(() => ({names: window.names, loaded: window.loaded || []}));
    const asked = answers.map(answer => answer.url).filter(url => url.includes('/lib/requirejs.php/'));
    process.stdout.write(JSON.stringify({trouble, asked, ...seen}));
} finally {
    await browser.close();
}
