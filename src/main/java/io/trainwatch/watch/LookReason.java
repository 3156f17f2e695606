package io.trainwatch.watch;

import java.util.Locale;

/** Why a look is due when it is; recorded in the audit. */
public enum LookReason {
    /** The job was put on the watch list. */
    FIRST_LOOK,
    /** The interval has passed. */
    INTERVAL,
    /** Its progress says that the job ends soon. */
    NEAR_END,
    /** The look before gave no valid status. */
    AFTER_FAILURE,
    /** The tenant asked for a wait. */
    ASKED_TO_WAIT,
    /** A cancel is under way, and its end is worth knowing soon. */
    AFTER_CANCEL,
    /** A list of the project's jobs told the status. */
    LIST,
    /** The latest list of the project's jobs did not come to this one. */
    NOT_LISTED,
    /** The job ended, and is looked at once more. */
    CONFIRM_END;

    /** As the audit writes it, such as {@code after failure}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
