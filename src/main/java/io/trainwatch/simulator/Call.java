package io.trainwatch.simulator;

import org.eclipse.jetty.http.HttpFields;

/**
 * One HTTP request.
 *
 * @param path the path, decoded
 * @param body the body of a POST; empty for any other method
 */
record Call(String method, String path, HttpFields headers, byte[] body) {}
