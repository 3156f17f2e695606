package io.trainwatch.optional.prometheus;

/**
 * One query to one Prometheus: what the exchange on {@code trainwatch-query-prometheus} is about. Jobs whose queries are the same
 * share the answer.
 *
 * @param address where queries go to, such as {@code http://prometheus:9090/api/v1/query}
 * @param query PromQL
 */
public record Question(String tenant, Figure figure, String address, String query) {}
