package io.trainwatch;

/** Starts Trainwatch. */
public final class Trainwatch {
    private Trainwatch() {}

    public static void main(String[] args) {
        System.out.println("x");
    }
}
