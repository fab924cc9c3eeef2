// Texts and patterns: templates, tags, escapes, characters outside the basic plane, flags, ends of lines, closing tags.
define([], function() {
    'use strict';

    const tagged = (strings, ...values) => [[...strings], [...strings.raw], values];
    const name = 'wörld';

    return {
        templates: () => [`Hello ${name}`, `${1}${2}${'three'}`, `a\nb`, `nested ${`inner ${name}`}`, `$\{not}`, `\${also not}`],
        tags: () => [tagged`a${1}\nb${2}`, String.raw`\u00e4\n${name}`, (strings => strings.raw.length)`x${0}y`],
        sameTag: function() {
            const given = [];
            const remember = strings => given.push(strings);
            for (let turn = 0; turn < 2; turn += 1) {
                remember`always the same`;
            }
            return given[0] === given[1];
        },
        escapes: () => ['\x41\u0042\u{1F600}\0\b\v\f', "it's", 'say "so"', `back\`tick`, 'line\
continued', '\u2028\u2029'.length, 'ſ'.normalize('NFKC'), '\ud83d'.length, '</script><!--'],
        counts: () => ['😀'.length, [...'😀é'].length, 'é'.codePointAt(0), 'a-b'.split(''), 'ß'.toUpperCase()],
        patterns: () => ['2024-02-29'.replace(/(?<year>\d{4})-(\d\d)/u, '$<year>/$2'), /[\u4e00-\u9fff]/.test('漢'),
            'aBc'.match(/b/i).index, 'x1y22'.replace(/\d+/g, digits => digits * 2), /a.c/s.test('a\nc'), /^b/m.test('a\nb'),
            /[/\]]+/.source, 'a/b'.split(/\//), [...'a1b2'.matchAll(/[a-z](\d)/g)].map(found => found[1]), /(?<=\$)\d+/.exec('$42')[0]],
        sticky: function() {
            const pattern = /\w/y;
            const found = [];
            for (let match = pattern.exec('ab c'); match; match = pattern.exec('ab c')) {
                found.push([match[0], pattern.lastIndex]);
            }
            return found;
        },
        joins: () => ['a' + 1 + 2, 1 + 2 + 'a', 'a' + -1, 'b' + [1, [2, 3]] + {}, 'x' + null + undefined + true, +'3' + +'4'],
        compares: () => ['a' < 'b', 'B' < 'a', 'ä'.localeCompare('z', 'en') < 0, ['b', 'a', 'C'].sort(), [10, 9, 1].sort()],
        json: () => [JSON.stringify({a: [1, undefined, () => 1], b: undefined, c: new Date(0)}), JSON.parse('{"__proto__": 1}').__proto__],
    };
});
