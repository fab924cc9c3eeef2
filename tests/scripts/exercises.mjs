// What is done with each script. Every exercise gives a list of what it saw; the same list has to come out of the source
// and out of what was served.

/** Selecting, changing, events, forms, deferreds, queues, extension of one's own. */
export async function jquery(window) {
    const $ = window.jQuery;
    const seen = [$.fn.jquery, window.$ === $];
    seen.push($('#list li.odd').map((i, item) => $(item).text()).get());
    seen.push($('li').filter(':not(.last)').last().data('size'), $('#list').find('[data-size]').attr('class'));
    $('<li>', {text: 'four', 'class': 'even', title: 'a <b>'}).appendTo('#list').addClass('new').toggleClass('even');
    seen.push($('#list').html(), $('li').length, $('li').eq(-1).prop('outerHTML'));
    const heard = [];
    $('#list').on('click.mine', 'li', function(event, extra) {
        heard.push([this.tagName, $(this).index(), event.type, event.namespace, extra]);
        return false;
    }).one('other', () => heard.push('once'));
    $('li').eq(1).trigger('click', ['first']);
    $('#list').trigger('other').trigger('other').off('.mine');
    $('li').eq(0).trigger('click');
    seen.push(heard, $('#form').serialize(), $('#form').serializeArray(), $.param({a: [1, 2], b: {c: 'ä &'}}));
    seen.push($.extend(true, {}, {a: {b: 1}}, {a: {c: [2]}}), $.isPlainObject({}), $.isPlainObject(window.document));
    seen.push($.map({a: 1, b: null, c: 3}, value => value), $.grep([1, 2, 3], n => n > 1), $.inArray(3, [1, 2, 3]));
    seen.push($.trim('  x '), $.camelCase, $.type([]), $.isNumeric('0x10'), $.makeArray({length: 2, 0: 'a', 1: 'b'}));
    const deferred = $.Deferred();
    const steps = [];
    deferred.progress(n => steps.push(n)).done(value => steps.push(value)).always(() => steps.push('always'));
    deferred.notify(1);
    const chained = deferred.then(value => value + 1, null).then(value => { throw new window.Error('no ' + value); });
    deferred.resolve(41);
    await new Promise(resolve => chained.catch(error => { steps.push(error.message); resolve(); }));
    steps.push(await $.when(1, $.Deferred().resolve('two')).then((...both) => both));
    seen.push(steps, deferred.state());
    const order = [];
    await new Promise(resolve => $('#list').queue('q', next => { order.push(1); next(); })
        .queue('q', next => { order.push(2); next(); resolve(); }).dequeue('q'));
    seen.push(order, $('#list').css({width: '12px'}).width(), $('#list').hide().css('display'));
    $.fn.shout = function(suffix = '!') { return this.each((i, item) => $(item).append(suffix)); };
    seen.push($('li').shout().end().length, $('li').first().text(), $('<p>').is('p'), $.parseHTML('<b>x</b><script>y</script>').length);
    try {
        $('li[');
    } catch (error) {
        seen.push(error.message);
    }
    return seen;
}

/** Definitions in every form, plugins, circles, configuration, errors. */
export async function requirejs(window) {
    const {require, define, requirejs} = window;
    const seen = [requirejs.version, typeof define.amd, require.toUrl('a/b.js')];
    define('plain', {value: 1});
    define('needs', ['plain', 'require', 'exports', 'module'], (plain, inner, exports, module) => {
        exports.sum = plain.value + 1;
        exports.id = module.id;
        exports.url = inner.toUrl('./other.js');
    });
    define('common', function(require, exports, module) {
        module.exports = {from: require('needs').sum, config: module.config()};
    });
    define('circle/a', ['circle/b', 'exports'], (b, exports) => { exports.name = 'a'; exports.other = () => b.name; });
    define('circle/b', ['circle/a', 'exports'], (a, exports) => { exports.name = 'b'; exports.other = () => a.name; });
    define('loader', {
        normalize: (name, normalize) => normalize(name.toLowerCase()),
        load: (name, require, onload, config) => onload(`${name} in ${config.baseUrl}`),
    });
    define('old', {is: 'old'});
    define('new', {is: 'new'});
    define('user', ['old'], old => old.is);
    define('other', ['old'], old => old.is);
    require.config({
        baseUrl: '/base', config: {common: {size: 3}}, map: {user: {old: 'new'}}, paths: {short: 'long/way', cdn: '//cdn/x'},
        waitSeconds: 1, bundles: {},
    });
    const get = names => new Promise((resolve, reject) => require(names, (...got) => resolve(got), reject));
    seen.push(await get(['plain', 'needs', 'common']));
    const [a, b] = await get(['circle/a', 'circle/b']);
    seen.push(a.other(), b.other(), await get(['loader!NAME', 'user', 'other']));
    seen.push(require('plain').value, require.defined('plain'), require.specified('nothing'), require.toUrl('short/x'));
    seen.push(require.toUrl('cdn/y'), require.toUrl('/absolute.js'));
    define('throws', () => { throw new window.Error('on purpose'); });
    seen.push(await get(['throws']).catch(error => [error.message, error.requireType, error.requireModules]));
    try {
        require('nothing');
    } catch (error) {
        seen.push(error.message.split('\n')[0], error.requireType);
    }
    require.undef('plain');
    seen.push(require.defined('plain'));
    const apart = require.config({context: 'apart', baseUrl: '/apart'});
    seen.push(apart.toUrl('x.js'));
    return seen;
}

/** Tags, sections, partials, delimiters, functions, escaping, errors. */
export async function mustache(window) {
    const {Mustache} = window;
    const seen = [Mustache.name, Mustache.version, Mustache.tags];
    const render = (template, view, ...rest) => seen.push(Mustache.render(template, view, ...rest));
    render('{{a}} {{{a}}} {{&a}} {{none}}.', {a: '<b> & "c" \'d\' `e` =/'});
    render('{{#list}}{{.}}, {{/list}}{{^list}}none{{/list}}', {list: [1, 0, 'x']});
    render('{{^list}}none{{/list}}', {list: []});
    render('{{#person}}{{name.first}} {{town}}{{/person}}', {person: {name: {first: 'Ada'}}, town: 'London'});
    render('{{#wrap}}hi {{name}}{{/wrap}}', {name: 'Bo', wrap: () => (text, inner) => `<i>${inner(text)}</i>${text.length}`});
    render('{{! a comment }}\n  {{#yes}}\n    indented\n  {{/yes}}\n', {yes: true});
    render('{{=<% %>=}}<% a %> {{a}}', {a: 'other'});
    render('  {{> part}}|', {list: [{n: 1}, {n: 2}]}, {part: '{{#list}}\n{{n}}\n{{/list}}\n'});
    render('[[a]] {{a}}', {a: 1}, {}, ['[[', ']]']);
    render('{{a}}', {a: 'x'}, {}, {escape: value => `(${value})`});
    render('{{m}}{{n}}', {m() { return this.n * 2; }, n: 21});
    for (const broken of ['{{#a}}', '{{/a}}', '{{#a}}{{/b}}', '{{a', '{{=x=}}']) {
        try {
            Mustache.parse(broken);
            seen.push('parsed');
        } catch (error) {
            seen.push(error.message);
        }
    }
    seen.push(Mustache.parse('a{{b}}{{#c}}d{{/c}}'));
    const writer = new Mustache.Writer();
    writer.templateCache = undefined;
    seen.push(writer.render('{{x}}', {x: 1}));
    return seen;
}

/** The seed alone: modules of one's own, arrays and objects, queues, user agents. */
export async function yui(window) {
    const {YUI} = window;
    const seen = [YUI.version, typeof YUI.Env.mods];
    YUI.add('ways', (Y, name) => {
        Y.namespace('Ways.inner').sum = (...numbers) => numbers.reduce((a, b) => a + b, 0);
        Y.Ways.name = name;
    }, '1.0', {requires: ['yui-base']});
    YUI.add('more', Y => { Y.Ways.more = Y.Ways.inner.sum(1, 2, 3); }, '1.0', {requires: ['ways']});
    const Y = await new Promise(resolve => YUI({bootstrap: false, debug: false}).use('more', resolve));
    seen.push(Y.Ways.more, Y.Ways.name, Y.Lang.isArray([]), Y.Lang.isValue(''), Y.Lang.type(null), Y.Lang.trim(' x '));
    seen.push(Y.Lang.sub('a {b} {c}', {b: 1, c: 'two'}), Y.Array(window.document.querySelectorAll('li')).length);
    seen.push(Y.Array.dedupe(['a', 'b', 'a']), Y.Array.hash(['a', 'b'], [1]), Y.Array.indexOf([1, 2], 2));
    seen.push(Y.Object.keys({a: 1, b: 2}), Y.Object.getValue({a: {b: [7]}}, ['a', 'b', 0]), Y.Object.size({x: 1}));
    seen.push(Y.merge({a: 1}, {a: 2, b: 3}), Y.mix({a: 1}, {a: 2, b: 3}), Y.cached(n => n * 2)(4));
    const queue = new Y.Queue('one', 'two');
    seen.push(queue.next(), queue.size(), YUI.Env.parseUA('Mozilla/5.0 (X11) Gecko/20100101 Firefox/90.0').gecko);
    try {
        Y.error('on purpose', new window.Error('told'), 'here');
    } catch (error) {
        seen.push(error.message);
    }
    seen.push(typeof Y.Get, typeof Y.Loader, Y.guid() !== Y.guid(), Y.stamp({}) !== undefined);
    return seen;
}

/** One of the modules of tests/scripts/amd, by its name or the one that was just defined: everything it exports is called. */
export async function module(window, name) {
    const exported = name
        ? await new Promise((resolve, reject) => window.require([name], resolve, reject))
        : window.taken.at(-1)();
    const seen = [];
    for (const [way, run] of Object.entries(exported)) {
        seen.push([way, await run()]);
    }
    return seen;
}
