package io.trainwatch.watch;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;

/** What stands in a column of the watch list is not what this version writes there. */
final class UnreadableColumn extends RuntimeException {

    private UnreadableColumn(String column, RuntimeException cause) {
        super("its column " + column + " holds what this version does not know", cause);
    }

    /** Reads the text of a column, {@code null} included. */
    static <T> T read(ResultSet row, String column, Function<String, T> reader) throws SQLException {
        String text = row.getString(column);
        try {
            return reader.apply(text);
        } catch (RuntimeException e) {
            throw new UnreadableColumn(column, e);
        }
    }
}
