package io.trainwatch.rules;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where something stands in a file.
 *
 * @param line from 1
 * @param column from 1
 */
record Place(int line, int column) {

    static final Place START = new Place(1, 1);

    static Place of(Optional<Mark> mark) {
        return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1)).orElse(START);
    }

    @Override
    public String toString() {
        return "line " + line + ", column " + column;
    }
}
