// Every way through a function: labels, switches that fall through, finally, exceptions, comma, void, delete.
define([], function() {
    'use strict';

    function walk(table) {
        const met = [];
        rows: for (const [rowNumber, row] of table.entries()) {
            columns: for (const cell of row) {
                switch (cell) {
                    case 'skip':
                        continue rows;
                    case 'stop':
                        break rows;
                    case 'one':
                        met.push(1);
                        // Falls through.
                    case 'two':
                        met.push(2);
                        break;
                    default:
                        met.push([rowNumber, cell]);
                        continue columns;
                    case undefined:
                        met.push('hole');
                }
                met.push('after');
            }
            met.push('row');
        }
        return met;
    }

    function finallyWins(how) {
        const order = [];
        const outcome = (() => {
            try {
                order.push('try');
                if (how === 'throw') {
                    throw new Error('thrown');
                }
                return 'returned';
            } catch ({message}) {
                order.push(message);
                return 'caught';
            } finally {
                order.push('finally');
                if (how === 'override') {
                    // eslint-disable-next-line no-unsafe-finally
                    return 'overridden';
                }
            }
        })();
        return [outcome, order];
    }

    return {
        walks: () => walk([['one', 'x'], ['two', 'skip', 'never'], [undefined, 'one'], ['stop'], ['never']]),
        finishes: () => ['return', 'throw', 'override'].map(finallyWins),
        loops: function() {
            const seen = [];
            let number = 10;
            do {
                number -= 3;
                if (number === 4) {
                    continue;
                }
                seen.push(number);
            } while (number > 0);
            for (const key in {b: 1, a: 2, 1: 'x'}) {
                seen.push(key);
            }
            for (let left = 0, right = 5; left < right; left++, right--) {
                seen.push(left * right);
            }
            return seen;
        },
        compares: () => [null == undefined, null === undefined, NaN !== NaN, [] == '', -0 === 0, Object.is(-0, 0), '10' < '9',
            typeof null, void 'anything', 1 < 2 < 3, 3 > 2 > 1, !!'' + !!'0', 0.1 + 0.2, 5 % -3, -5 % 3, 2 ** -1, 7 >>> 1, -7 >> 1],
        numbers: () => [1e21, 1e-7, 0xff, 0b101, 0o17, 1_000_000, .5, 5., 12345678901234567890, 1 / 3, -1 / 0 === -Infinity,
            String(10n ** 20n), parseInt('08'), Number(''), (25).toString(36), (1.005).toFixed(2)],
        throwsForConstants: function() {
            const fixed = 1;
            try {
                // eslint-disable-next-line no-const-assign
                fixed = 2;
            } catch (error) {
                return [error.name, fixed];
            }
            return 'changed';
        },
        deletes: function() {
            const object = {a: 1, b: 2};
            const frozen = Object.freeze({c: 3});
            let refused = false;
            try {
                delete frozen.c;
            } catch {
                refused = true;
            }
            return [delete object.a, object, 'c' in frozen, refused, (object.b, object.none?.deeper?.still, object?.['b'])];
        },
    };
});
