package io.trainwatch.settings;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Guesses which word was meant by one that is not known. */
public final class Spelling {

    /** At most this share of the letters of both texts may be extra; more is no mistype but something else. */
    private static final double TOLERANCE = 0.35;

    private static final int LONGEST = 200;

    private Spelling() {}

    /**
     * The nearest of the words; empty if none is near. Only letters and digits are compared, in lower case: {@code minDelta}
     * and {@code min-delta} are the same to it.
     */
    public static Optional<String> nearest(String unknown, Collection<String> words) {
        return nearest(letters(unknown), words, Spelling::letters);
    }

    /**
     * The nearest of the words.
     *
     * @param unknown its letters, as they are compared
     * @param compared the letters of a word that are compared
     */
    static Optional<String> nearest(String unknown, Collection<String> words, UnaryOperator<String> compared) {
        if (unknown.length() > LONGEST) {
            return Optional.empty();
        }
        String nearest = null;
        double least = TOLERANCE;
        for (String word : words) {
            String letters = compared.apply(word);
            double share = (double) distance(unknown, letters) / (unknown.length() + letters.length());
            if (share < least) {
                least = share;
                nearest = word;
            }
        }
        return Optional.ofNullable(nearest);
    }

    static String letters(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /**
     * Letters to insert, to remove, or to swap with their neighbour.
     *
     * <p>One that is replaced counts as two, so that {@code url} is nearer to {@code base-url} than to {@code api}.
     */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                } else if (a.charAt(i - 1) == b.charAt(j - 1)) {
                    d[i][j] = d[i - 1][j - 1];
                } else {
                    d[i][j] = Math.min(d[i - 1][j], d[i][j - 1]) + 1;
                }
                if (endsSwapped(a, i, b, j)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    private static boolean endsSwapped(String a, int i, String b, int j) {
        return i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
