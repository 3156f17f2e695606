package io.trainwatch.api;

import java.util.Optional;

/**
 * The response to a request for something.
 *
 * @param json what Jackson can write
 * @param next where the next page of a list begins; empty where there is none
 */
record Answer(Object json, Optional<String> next) {

    static Answer of(Object json) {
        return new Answer(json, Optional.empty());
    }
}
