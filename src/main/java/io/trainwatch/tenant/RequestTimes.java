package io.trainwatch.tenant;

import java.util.concurrent.atomic.LongAdder;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** Counts the requests to tenants and the time until the headers of their answers. Thread-safe. */
public final class RequestTimes {

    private final LongAdder requests = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** Has the requests of the client counted. */
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.addExecInterceptorBefore(ChainElement.COMPRESS.name(), "request-times", (request, scope, chain) -> {
            long start = System.nanoTime();
            try {
                return chain.proceed(request, scope);
            } finally {
                requests.increment();
                nanos.add(System.nanoTime() - start);
            }
        });
    }

    /** Requests sent since the start, failed ones included. */
    public long requests() {
        return requests.sum();
    }

    /** Mean time of a request in seconds; 0 before the first. */
    public double meanSeconds() {
        long count = requests.sum();
        return count == 0 ? 0 : nanos.sum() / 1e9 / count;
    }
}
