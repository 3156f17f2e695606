package io.trainwatch.demo.simulator;

import org.eclipse.jetty.http.HttpFields;

/**
 * One HTTP request.
 *
 * @param path the path, decoded
 * @param query what follows the question mark, as it came; {@code null} where there is none
 * @param body the body of a POST; empty for any other method
 */
record Call(String method, String path, String query, HttpFields headers, byte[] body) {}
