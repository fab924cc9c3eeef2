// Classes in every form: fields, private ones, accessors, static blocks, symbols, inheritance.
define([], function() {
    'use strict';

    class Counter {
        #count = 0;
        static made = 0;
        static {
            Counter.label = `counters of ${this.name.length > 0 ? 'a name' : 'none'}`;
        }
        constructor(startingValue = 1) {
            this.#count = startingValue;
            Counter.made += 1;
        }
        get value() {
            return this.#count;
        }
        set value(newValue) {
            if (newValue < 0) {
                throw new RangeError('must not be negative');
            }
            this.#count = newValue;
        }
        #secretlyDouble() {
            this.#count *= 2;
            return this;
        }
        doubled() {
            return this.#secretlyDouble().value;
        }
        static is(candidate) {
            return #count in candidate;
        }
        [Symbol.toPrimitive](hint) {
            return hint === 'string' ? 'text' : this.#count;
        }
        *[Symbol.iterator]() {
            for (let current = 0; current < this.#count; current += 1) {
                yield current;
            }
        }
    }

    class Loud extends Counter {
        get value() {
            return `${super.value}!`;
        }
        // A subclass that has no setter of its own cannot be set.
        attempt() {
            try {
                this.value = 3;
                return 'set';
            } catch (error) {
                return error instanceof TypeError;
            }
        }
    }

    function Old(name) {
        if (!(this instanceof Old)) {
            return new Old(name);
        }
        this.name = name;
    }
    Old.prototype.greet = function() {
        return 'I am ' + this.name;
    };

    return {
        counts: function() {
            const counter = new Counter(3);
            counter.value = 4;
            return [counter.value, counter.doubled(), Counter.is(counter), Counter.is({}), Counter.made > 0, Counter.label];
        },
        converts: () => [`${new Counter(7)}`, +new Counter(7), new Counter(2) + 1, [...new Counter(3)]],
        refuses: () => {
            try {
                new Counter().value = -1;
                return 'took it';
            } catch (error) {
                return [error.name, error.message];
            }
        },
        inherits: () => [new Loud(2).value, new Loud(2).attempt(), new Loud() instanceof Counter, Loud.made === Counter.made],
        calls: () => [Old('without new').greet(), new Old('with new').greet(), Object.keys(Old.prototype)],
        computes: () => {
            const key = 'dynamic';
            const object = {[key + 'Name']: 1, get [key]() { return this[key + 'Name'] + 1; }, __proto__: {inherited: true}};
            return [object.dynamic, object.inherited, Object.keys(object), Object.getOwnPropertyDescriptor(object, 'dynamic').set];
        },
    };
});
