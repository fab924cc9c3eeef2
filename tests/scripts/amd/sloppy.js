// What only sloppy mode allows, and old code relies on: `with`, names by eval, aliased arguments, functions in blocks.
define([], function() {
    var shared = 'outer';

    function aliases(first, second) {
        arguments[0] = 'changed';
        second = 'also changed';
        return [first, arguments[1], arguments.length, typeof arguments.callee];
    }

    function looksInside(object) {
        with (object) {
            return [name, typeof length, shared];
        }
    }

    function evaluates(secretName) {
        var otherName = 2;
        // Direct eval sees the names as they are written here.
        return eval('secretName + otherName');
    }

    function declaresByEval() {
        eval('var madeUp = "made up"');
        return typeof madeUp;
    }

    return {
        aliases: () => aliases('first', 'second'),
        looks: () => [looksInside({name: 'inside', shared: 'inner'}), looksInside({name: 1})],
        evaluates: () => [evaluates(40), declaresByEval()],
        evaluatesElsewhere: () => (0, eval)('typeof shared'),
        declares: function() {
            var before = typeof inBlock;
            {
                function inBlock() { return 'from the block'; }
            }
            return [before, inBlock()];
        },
        whoIsThis: function() {
            return (function() { return typeof this; })() + (function() { 'use strict'; return typeof this; })();
        },
        redeclares: function(parameter) {
            var parameter = parameter || 'default';
            var parameter;
            for (var parameter2 in {only: 1});
            return [parameter, parameter2];
        },
        makes: () => [new Function('first', 'second', 'return first + second')(1, 2), typeof Function('return this')()],
        octals: () => [010, '\101', 09],
        assigns: function() {
            undeclaredUntilNow = 'global';
            var found = [typeof undeclaredUntilNow, delete window.undeclaredUntilNow, typeof undeclaredUntilNow];
            return found;
        },
        reads: function() {
            var source = (function named(/* kept? */) { return 1; });
            return [typeof source.toString(), source.length, new RegExp('function').test(source.toString())];
        },
    };
});
