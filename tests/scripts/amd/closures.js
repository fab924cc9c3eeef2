// Who `this` is, what a closure remembers, when a name can be used, what a function says of itself.
define([], function() {
    const outer = {
        label: 'outer',
        regular: function() { return this && this.label; },
        arrow: () => typeof this,
        method() { return (() => this.label)(); },
        nested: function() {
            const self = this;
            return [1, 2].map(function(number) { return [self.label, this === undefined || this === self, number]; });
        },
    };

    function hoisted() {
        return later();
        function later() {
            return typeof undeclaredAnywhere + typeof notYet;
        }
        // eslint-disable-next-line no-unreachable
        var notYet = 1;
    }

    return {
        binds: function() {
            const regular = outer.regular;
            const bound = outer.regular.bind({label: 'bound'});
            return [outer.regular(), bound(), regular.call({label: 'called'}), outer.method(), outer.nested()];
        },
        remembers: function() {
            const withVar = [];
            const withLet = [];
            for (var first = 0; first < 3; first++) {
                withVar.push(function() { return first; });
            }
            for (let second = 0; second < 3; second++) {
                withLet.push(() => second);
            }
            return [withVar.map(call => call()), withLet.map(call => call())];
        },
        hoists: () => hoisted(),
        counts: function() {
            function takes(first, second = 2, ...others) {
                return [arguments.length, others.length, first, second];
            }
            return [takes.length, takes(1), takes(1, undefined, 3, 4), (function() { return arguments.length; })(1, 2, 3)];
        },
        defaults: function() {
            let calls = 0;
            const next = () => { calls += 1; return calls; };
            const destructured = ({first = next(), second: {third = next(), ...others} = {}} = {}, [fourth, , fifth = next()] = [1]) =>
                [first, third, others, fourth, fifth];
            return [destructured(), destructured({first: null, second: {third: 0, more: 1}}, 'abc'), calls];
        },
        evaluatesInOrder: function() {
            const order = [];
            const note = (name, value) => { order.push(name); return value; };
            const object = {[note('key', 'k')]: note('value', 1)};
            note('object', object)[note('index', 'k')] += note('addend', 2);
            const chosen = (note('left', 0) || (note('right', 5) && note('last', null))) ?? note('fallback', 'end');
            return [order, object, chosen];
        },
        letsGo: function() {
            try {
                // Used before its line: an error, which must stay one.
                return early + 1;
            } catch (error) {
                return error.name;
            }
            // eslint-disable-next-line no-unreachable
            let early = 1;
        },
    };
});
