package io.trainwatch.watch;

import io.trainwatch.job.TrainingState;
import io.trainwatch.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Which jobs of the watch list are asked for. Filters come before the cut, and a page is found by the place where the page
 * before ended, so that one far behind costs no more than the first.
 *
 * @param tenant {@code null} for any; so are the others
 * @param text a part of the id, in any letter case
 * @param inTrouble whether only jobs in trouble are asked for
 * @param troubleFirst whether these come first, the worst before the others; the latest are first among equals
 * @param after the place behind which the page begins
 */
public record JobQuery(
        String tenant,
        String project,
        TrainingState state,
        Stage stage,
        String text,
        boolean inTrouble,
        boolean troubleFirst,
        int limit,
        Optional<Place> after) {

    /** Jobs in trouble, the others that are watched, and those that are over: each is read in the order of an index. */
    private enum Section {
        TROUBLE(Trouble.ANY, Trouble.rank()),
        WATCHED("phase = 'WATCHING' and not (" + Trouble.ANY + ")", "0"),
        ENDED("phase = 'ENDED'", "0"),
        RELEASED("phase = 'UNWATCHED'", "0"),
        ALL("1 = 1", "0");

        private final String condition;
        private final String rank;

        Section(String condition, String rank) {
            this.condition = condition;
            this.rank = rank;
        }
    }

    /**
     * Where a page ends.
     *
     * @param section the part of the list
     * @param rank within the section, the lowest first
     * @param since when that job was put on the list, Unix milliseconds
     */
    public record Place(int section, int rank, long since, String id) {

        private static final Pattern FORM = Pattern.compile("([0-4])-(\\d)-(\\d{1,18})-([\\w:/-]{1,400})");

        /** @throws IllegalArgumentException where the text is none of {@link #toString} */
        public static Place parse(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "'after' is no place in a list: take it from the Link header of the page before");
            }
            return new Place(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Long.parseLong(parts.group(3)),
                    parts.group(4));
        }

        @Override
        public String toString() {
            return section + "-" + rank + "-" + since + "-" + id;
        }
    }

    /**
     * Some of the jobs.
     *
     * @param next where the next page begins; empty where this is the last
     */
    public record Page(List<JobView> jobs, Optional<Place> next) {}

    /** @param job empty where the row cannot be read: it is left out, and the next page begins behind it all the same */
    private record Found(Optional<JobView> job, Place place) {}

    Page read(Store store) {
        List<Section> sections = inTrouble
                ? List.of(Section.TROUBLE)
                : troubleFirst
                        ? List.of(Section.TROUBLE, Section.WATCHED, Section.ENDED, Section.RELEASED)
                        : List.of(Section.ALL);
        List<Found> found = store.read(handle -> {
            List<Found> rows = new ArrayList<>();
            for (Section section : sections) {
                if (rows.size() <= limit
                        && (after.isEmpty() || section.ordinal() >= after.get().section())) {
                    rows.addAll(read(handle, section, limit + 1 - rows.size()));
                }
            }
            return rows;
        });
        boolean isLast = found.size() <= limit;
        List<Found> page = isLast ? found : found.subList(0, limit);
        return new Page(
                page.stream().flatMap(row -> row.job().stream()).toList(),
                isLast ? Optional.empty() : Optional.of(page.get(limit - 1).place()));
    }

    private List<Found> read(Handle handle, Section section, int most) {
        Map<String, Object> values = new LinkedHashMap<>();
        StringBuilder sql =
                new StringBuilder("select *, " + section.rank + " as rank from job where " + section.condition);
        filter(sql, values, "tenant = :tenant", "tenant", tenant);
        filter(sql, values, "project_id = :project", "project", project);
        filter(sql, values, "state = :state", "state", state == null ? null : state.name());
        filter(sql, values, "lower(id) like :text escape '!'", "text", text == null ? null : pattern(text));
        if (stage != null) {
            sql.append(" and ").append(stage.condition());
        }
        after.filter(place -> place.section() == section.ordinal()).ifPresent(place -> {
            if (section == Section.TROUBLE) {
                sql.append(" and (" + section.rank + " > :rank or " + section.rank + " = :rank and");
                values.put("rank", place.rank());
            }
            sql.append(section == Section.TROUBLE ? " " : " and ")
                    .append("watched_since <= :since and (watched_since < :since or id > :id)")
                    .append(section == Section.TROUBLE ? ")" : "");
            values.put("since", place.since());
            values.put("id", place.id());
        });
        sql.append(" order by ")
                .append(section == Section.TROUBLE ? "rank, " : "")
                .append("watched_since desc, id limit :most");
        Query query = handle.createQuery(sql.toString()).bind("most", most);
        values.forEach(query::bind);
        return query.map((row, context) -> new Found(
                        JobView.read(row),
                        new Place(
                                section.ordinal(),
                                row.getInt("rank"),
                                row.getLong("watched_since"),
                                row.getString("id"))))
                .list();
    }

    private static void filter(
            StringBuilder sql, Map<String, Object> values, String condition, String name, Object value) {
        if (value != null) {
            sql.append(" and ").append(condition);
            values.put(name, value);
        }
    }

    private static String pattern(String text) {
        return "%" + text.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
    }
}
