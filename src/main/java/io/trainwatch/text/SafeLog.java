package io.trainwatch.text;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;
import java.util.List;

/**
 * Makes the text of a log line safe, whoever logs it: {@code %safe(%msg){line}}. With the option {@code lines} the text may have
 * several lines, each of which is indented: {@code %safe(%rEx){lines}}.
 */
public final class SafeLog extends CompositeConverter<ILoggingEvent> {

    @Override
    protected String transform(ILoggingEvent event, String text) {
        List<String> options = getOptionList();
        if (options == null || !options.contains("lines")) {
            return SafeText.of(text);
        }
        return text.isEmpty() ? text : SafeText.indented(text) + System.lineSeparator();
    }
}
