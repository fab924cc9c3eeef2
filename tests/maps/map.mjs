// Reads source maps (ECMA-426), apart from the code that writes them.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function numbers(segment) {
    const found = [];
    let value = 0;
    let shift = 0;
    for (const digit of segment) {
        const bits = DIGITS.indexOf(digit);
        value += (bits & 31) * 2 ** shift;
        shift += 5;
        if (bits < 32) {
            found.push(value % 2 ? -(value - 1) / 2 : value / 2);
            value = shift = 0;
        }
    }
    return found;
}

/** A function from line and column, from 0, to `{source, line, column}`, or undefined where the map says nothing. */
export function finder(map) {
    let [source, line, column] = [0, 0, 0];
    const lines = map.mappings.split(';').map(segments => {
        let at = 0;
        return segments.split(',').filter(Boolean).map(numbers).map(([ahead, ...rest]) => {
            at += ahead;
            if (!rest.length) {
                return {at};
            }
            source += rest[0];
            line += rest[1];
            column += rest[2];
            return {at, place: {source: map.sources[source], line, column}};
        });
    });
    return (wanted, at) => {
        for (let line = wanted; line >= 0; line--) {
            const known = (lines[line] ?? []).filter(segment => line < wanted || segment.at <= at);
            if (known.length) {
                return known[known.length - 1].place;
            }
        }
        return undefined;
    };
}

/** Line and column, from 0, of an offset. */
export function position(text, offset) {
    const before = text.slice(0, offset);
    return {line: before.split('\n').length - 1, column: offset - before.lastIndexOf('\n') - 1};
}
