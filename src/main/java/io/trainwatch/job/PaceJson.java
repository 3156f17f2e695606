package io.trainwatch.job;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@link Pace} as JSON: an array, short because it is read and written for every look. */
final class PaceJson {

    private PaceJson() {}

    static void write(JsonGenerator json, Pace pace) throws IOException {
        json.writeStartArray();
        json.writeString(pace.since().toString());
        json.writeString(pace.at().toString());
        json.writeNumber(pace.average());
        json.writeNumber(pace.weight());
        json.writeNumber(pace.steps());
        json.writeNumber(pace.soon());
        for (Pace.Estimate estimate : pace.estimates()) {
            json.writeNumber(estimate.tenths());
            json.writeNumber(Math.round(estimate.elapsed() * 10) / 10.0);
            json.writeNumber(Math.round(estimate.remaining() * 10) / 10.0);
        }
        json.writeEndArray();
    }

    static Pace read(JsonParser json) throws IOException {
        json.nextToken();
        Instant since = Instant.parse(json.getText());
        json.nextToken();
        Instant at = Instant.parse(json.getText());
        List<Double> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(ObservedJson.number(json));
        }
        List<Pace.Estimate> estimates = new ArrayList<>();
        for (int i = 4; i + 2 < numbers.size(); i += 3) {
            estimates.add(new Pace.Estimate(numbers.get(i).intValue(), numbers.get(i + 1), numbers.get(i + 2)));
        }
        return new Pace(
                since,
                at,
                numbers.get(0),
                numbers.get(1),
                numbers.get(2).intValue(),
                numbers.get(3).intValue(),
                List.copyOf(estimates));
    }
}
