// Whether a served style sheet means to a browser what its source means; tests/computed.rs judges it.
//
//     node tests/browser/computed.mjs < question.json
//
// The question: {"dir": "ltr" or "rtl", "css" or "scss": file, "folder": for imports, "served": CSS, "widths": […]}.
// 1. The source is compiled by dart-sass where it is SCSS, and flipped by npm rtlcss where dir is rtl.
// 2. A page is made of elements that match the source's selectors, a few hundred of them.
// 3. The computed styles under either sheet are compared, in windows of each width.
// 4. What Chromium does not understand is compared as text, declaration by declaration.

import {readFileSync} from 'node:fs';
import postcss from 'postcss';
import rtlcss from 'rtlcss';
import {compile} from 'sass';
import {open} from './chromium.mjs';

const ELEMENTS = 350;

const question = JSON.parse(readFileSync(0, 'utf8'));
const plain = question.scss
    ? compile(question.scss, {loadPaths: [question.folder], quietDeps: true, logger: {warn() {}, debug() {}}}).css
    : readFileSync(question.css, 'utf8');
const source = question.dir === 'rtl' ? rtlcss.process(plain) : plain;

const browser = await open();
try {
    const page = await browser.newPage();
    await page.setContent(document(), {waitUntil: 'domcontentloaded'});
    const differences = [];
    let elements = 0;
    for (const width of question.widths) {
        await page.setViewportSize({width, height: 900});
        const seen = await page.evaluate(look, [source, question.served]);
        elements = seen.elements;
        differences.push(...seen.differences.map(difference => `${width}: ${difference}`));
    }
    const lost = await losses(page);
    process.stdout.write(JSON.stringify({elements, differences: differences.slice(0, 20), ...lost}));
} finally {
    await browser.close();
}

// Elements that match every so-manieth selector of the source, each in its own chain of parents.
function document() {
    const selectors = new Set();
    postcss.parse(source).walkRules(rule => {
        if (!rule.parent.name?.endsWith('keyframes')) {
            rule.selectors.forEach(selector => selectors.add(selector));
        }
    });
    const every = Math.max(1, Math.floor(selectors.size / ELEMENTS));
    const body = [...selectors].filter((_, i) => i % every === 0).map(element).join('\n');
    return `<!doctype html><html dir="${question.dir}"><head><style id="sheet"></style></head><body>${body}</body></html>`;
}

// `ul.a > li:hover + .b` becomes `<ul class="a"><li></li><div class="b">x</div></ul>`.
function element(selector) {
    let [before, after] = ['', ''];
    const bare = selector.replace(/:not\([^)]*\)|::?[\w-]+(\([^)]*\))*/g, '').trim();
    for (const [, combinator, compound] of bare.matchAll(/([\s>+~]*)((?:[^\s>+~[]|\[[^\]]*\])+)/g)) {
        const tag = /^[a-z][\w-]*/i.exec(compound)?.[0] ?? 'div';
        if (['html', 'body', 'head'].includes(tag)) {
            continue;
        }
        const classes = [...compound.matchAll(/\.((?:[\w-]|\\.)+)/g)].map(match => match[1].replaceAll('\\', ''));
        const attributes = [...compound.matchAll(/\[([\w-]+)(?:[~|^$*]?=["']?([^"'\]]*))?/g)]
            .map(match => ` ${match[1]}="${match[2] ?? ''}"`);
        const opened = `<${tag} class="${classes.join(' ')}"${attributes.join('')}>`;
        if (/[+~]/.test(combinator)) {
            const last = after.indexOf('>') + 1;
            before += after.slice(0, last);
            after = after.slice(last);
        }
        before += opened;
        after = `</${tag}>${after}`;
    }
    return `<section>${before}text${after}</section>`;
}

// Runs in the page.
function look([source, served]) {
    const sheet = document.getElementById('sheet');
    const all = [...document.body.querySelectorAll('*')];
    const names = [...getComputedStyle(document.body)];
    const values = style => names.map(name => style.getPropertyValue(name));
    const custom = ['--bs-primary', '--bs-body-color', '--bs-btn-bg', '--bs-gutter-x', '--bs-border-radius'];
    const under = css => {
        sheet.textContent = css;
        return [document.documentElement, document.body, ...all].map(element => {
            const parts = [null, '::before', '::after', '::placeholder', '::marker'].map(pseudo => {
                const style = getComputedStyle(element, pseudo);
                const shown = !pseudo || pseudo === '::placeholder' && element.matches('input, textarea')
                    || style.content !== 'none' && style.content !== 'normal';
                return shown ? [...values(style), ...custom.map(name => style.getPropertyValue(name).trim())] : [];
            });
            return parts;
        });
    };
    const [expected, got] = [under(source), under(served)];
    const differences = [];
    expected.forEach((parts, i) => parts.forEach((part, j) => part.forEach((value, k) => {
        if (value !== got[i][j][k]) {
            const of = i < 2 ? ['html', 'body'][i] : all[i - 2].outerHTML.slice(0, 120);
            differences.push(`${of} ${['', '::before', '::after', '::placeholder', '::marker'][j]} `
                + `${names[k] ?? 'custom'}: ${value} / ${got[i][j][k]}`);
        }
    })));
    return {elements: all.length, differences};
}

// Declarations that Chromium drops, alone or with their selector, and that the served sheet does not have.
async function losses(page) {
    const [expected, got] = [declarations(source), declarations(question.served)];
    const texts = [...new Set([...expected, ...got].flatMap(({selector, prop, value}) =>
        [`s${selector}`, `d${prop}\n${value}`]))];
    const known = new Set(await page.evaluate(texts => texts.filter(text => {
        if (text[0] === 's') {
            return CSS.supports(`selector(${text.slice(1)})`);
        }
        const [prop, value] = text.slice(1).split('\n');
        return CSS.supports(prop, value.replace("!important", ""));
    }), texts));
    const unknown = list => list
        .filter(({selector, prop, value}) => !known.has(`s${selector}`) || !known.has(`d${prop}\n${value}`))
        .map(({context, selector, prop, value}) => `${context} ${selector} { ${prop}: ${value} }`);
    const has = new Set(unknown(got));
    const wanted = [...new Set(unknown(expected))];
    return {judgedAsText: wanted.length, lost: wanted.filter(text => !has.has(text)).slice(0, 20)};
}

function declarations(css) {
    const found = [];
    postcss.parse(css).walkDecls(decl => {
        const context = [];
        for (let at = decl.parent; at.type !== 'root'; at = at.parent) {
            if (at.type === 'atrule') {
                context.unshift(`@${at.name} ${tidy(at.params)}`);
            }
        }
        for (const selector of decl.parent.selectors ?? ['']) {
            const hack = decl.raws.before?.match(/[*_]$/)?.[0] ?? '';
            const value = tidy(decl.value) + (decl.important ? '!important' : '');
            found.push({context: context.join(' '), selector: tidy(selector), prop: hack + decl.prop, value});
        }
    });
    return found;
}

// What minifiers write in another way and every parser reads alike.
function tidy(text) {
    return text.replace(/\s+/g, ' ').replace(/ ?([,()/>+~:*]) ?/g, '$1').replace(/(^|[^\d.\w])0+(?=\.\d)/g, '$1')
        .replace(/["']/g, '').replace(/::(before|after|first-line|first-letter)\b/g, ':$1').toLowerCase().trim();
}
