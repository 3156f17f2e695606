package io.trainwatch.tenant;

/** How a client shows a token endpoint its id and secret. RFC 6749, section 2.3.1. */
public enum ClientAuth {
    /** In one of the two ways, and in the other where the endpoint does not know the client. */
    AUTO,
    /** In the form. */
    POST,
    /** By HTTP Basic. */
    BASIC
}
