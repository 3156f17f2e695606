package io.trainwatch.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The definition of one key, or of one key for every tenant or webhook.
 *
 * @param pattern the key; {@code <alias>} or {@code <name>} in it stands for the name of a tenant or a webhook
 * @param defaultText what counts where nothing is written, in the form in which a person writes it
 * @param required whether each tenant or webhook that is mentioned must have it
 * @param meaning one sentence for the documentation
 */
public record Setting<T>(
        String pattern, ValueType<T> type, Optional<String> defaultText, boolean required, String meaning) {

    private static final Pattern VARIABLE_PART = Pattern.compile("<[a-z]+>");

    /** Whether there is one such key for each tenant or webhook. */
    boolean isPerName() {
        return VARIABLE_PART.matcher(pattern).find();
    }

    /** Of what there is one for each name: {@code tenant} or {@code webhook}; empty where there is only one such key. */
    String kind() {
        int name = pattern.indexOf('<');
        return name < 0 ? "" : pattern.substring(Schema.PREFIX.length(), name - 1);
    }

    /** The key for the tenant or webhook of that name; the name counts for nothing where there is only one such key. */
    public String key(String name) {
        return VARIABLE_PART.matcher(pattern).replaceFirst(Matcher.quoteReplacement(name));
    }

    /** The name of the tenant or webhook in the key, allowed or not; empty where the key is not one of these. */
    Optional<String> nameIn(String key) {
        return between(key, pattern);
    }

    /** The name in capitals in the environment variable; empty where the variable is not one of these. */
    Optional<String> nameInVariable(String variable) {
        return between(variable, environmentName());
    }

    /** {@code TRAINWATCH_TENANT_<ALIAS>_BASE_URL}. */
    String environmentName() {
        return environmentName(pattern);
    }

    static String environmentName(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    public Optional<T> defaultValue() {
        return defaultText.map(type::read);
    }

    /** The text in place of the part in angle brackets. */
    private static Optional<String> between(String text, String pattern) {
        int open = pattern.indexOf('<');
        if (open < 0) {
            return Optional.empty();
        }
        String before = pattern.substring(0, open);
        String after = pattern.substring(pattern.indexOf('>') + 1);
        boolean fits =
                text.length() > before.length() + after.length() && text.startsWith(before) && text.endsWith(after);
        return fits ? Optional.of(text.substring(before.length(), text.length() - after.length())) : Optional.empty();
    }
}
