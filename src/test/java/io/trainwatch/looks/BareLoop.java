package io.trainwatch.looks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** The floor: threads that do nothing but fetch a status with Apache HttpClient 5 and parse it with Jackson. */
final class BareLoop {

    private BareLoop() {}

    public static void main(String[] arguments) throws Exception {
        String base = arguments[0];
        int threads = Integer.parseInt(arguments[1]);
        LongAdder looks = new LongAdder();
        ObjectMapper mapper = new ObjectMapper();
        CloseableHttpClient client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(threads)
                        .setMaxConnTotal(threads)
                        .build())
                .build();
        for (int i = 0; i < threads; i++) {
            int first = i;
            Reference.daemon(() -> {
                for (int job = first; ; job += threads) {
                    HttpGet get = new HttpGet(base + "/projects/p/ai/train/job-" + job % 1000 + "/status");
                    get.setHeader("Authorization", "Bearer cheap");
                    byte[] body = client.execute(get, response -> EntityUtils.toByteArray(response.getEntity()));
                    if (!mapper.readTree(body).path("state").asText().equals("RUNNING")) {
                        throw new IllegalStateException("not the tenant's answer");
                    }
                    looks.increment();
                }
            });
        }
        Reference.report(looks);
    }
}
