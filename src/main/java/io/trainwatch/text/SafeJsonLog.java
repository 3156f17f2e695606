package io.trainwatch.text;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/** Writes a log line as one line of JSON, whose texts are as safe as those of {@link SafeLog}; {@code timestamp} is in milliseconds. */
public final class SafeJsonLog extends JsonEncoder {

    public SafeJsonLog() {
        setWithSequenceNumber(false);
        setWithNanoseconds(false);
        setWithContext(false);
        setWithMarkers(false);
        setWithMDC(false);
        setWithArguments(false);
        setWithMessage(false);
        setWithFormattedMessage(true);
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        String line = new String(super.encode(event), StandardCharsets.UTF_8);
        return (SafeText.ofJson(line.stripTrailing()) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
