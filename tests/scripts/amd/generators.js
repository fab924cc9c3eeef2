// Things that take their time: generators, promises, async functions and iterators, and the order in which they run.
define([], function() {
    'use strict';

    function* numbers(limit) {
        let given = 0;
        try {
            for (let current = 0; current < limit; current += 1) {
                const sent = yield current;
                given += sent ?? 0;
            }
            return given;
        } finally {
            numbers.ended = (numbers.ended || 0) + 1;
        }
    }

    function* together() {
        const first = yield* numbers(2);
        yield ['first gave', first];
        yield* 'ab';
    }

    async function* slowly(values) {
        for (const value of values) {
            await null;
            yield value;
        }
    }

    return {
        generates: () => [...numbers(4)],
        talks: function() {
            const talking = numbers(3);
            return [talking.next('ignored'), talking.next(5), talking.next(6), talking.next(7), talking.next(8)];
        },
        endsEarly: function() {
            const before = numbers.ended || 0;
            for (const current of numbers(10)) {
                if (current === 2) {
                    break;
                }
            }
            return numbers.ended - before;
        },
        delegates: () => [...together()],
        awaits: async function() {
            const order = [];
            const task = async(name, turns) => {
                for (let turn = 0; turn < turns; turn += 1) {
                    order.push(name + turn);
                    await undefined;
                }
                return name;
            };
            const all = await Promise.all([task('a', 3), task('b', 1), task('c', 2)]);
            return [order, all];
        },
        catches: async function() {
            const seen = [];
            const failing = async() => { throw new TypeError('later'); };
            try {
                await failing();
            } catch (error) {
                seen.push(error.name, error.message);
            } finally {
                seen.push('finally');
            }
            const settled = await Promise.allSettled([failing(), Promise.resolve(1)]);
            seen.push(settled.map(({status, value, reason}) => [status, value, reason?.message]));
            // `return await` inside try is not `return`.
            const kept = await (async() => {
                try {
                    return await failing();
                } catch {
                    return 'kept';
                }
            })();
            return [...seen, kept];
        },
        iteratesAsync: async function() {
            const met = [];
            for await (const value of slowly(['x', 'y', Promise.resolve('z')])) {
                met.push(value);
            }
            return met;
        },
    };
});
