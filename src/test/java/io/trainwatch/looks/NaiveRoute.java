package io.trainwatch.looks;

import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonLibrary;

/** What one writes first in Camel: a dynamic endpoint, the status as a map, a router, and a line appended to a file. */
final class NaiveRoute {

    private NaiveRoute() {}

    public static void main(String[] arguments) throws Exception {
        String base = arguments[0];
        int threads = Integer.parseInt(arguments[1]);
        LongAdder looks = new LongAdder();
        CamelContext context = new DefaultCamelContext();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:look")
                        .setHeader("Authorization", constant("Bearer cheap"))
                        .toD(base + "/projects/p/ai/train/${variable.job}/status")
                        .unmarshal()
                        .json(JsonLibrary.Jackson)
                        .choice()
                        .when(simple("${body[state]} == 'RUNNING'"))
                        .setBody(simple("{\"job\":\"${variable.job}\",\"state\":\"${body[state]}\"}\n"))
                        .otherwise()
                        .stop()
                        .end()
                        .to("file:" + arguments[2] + "?fileName=audit.jsonl&fileExist=Append")
                        .process(exchange -> looks.increment());
            }
        });
        context.start();
        for (int i = 0; i < threads; i++) {
            int first = i;
            ProducerTemplate template = context.createProducerTemplate();
            Reference.daemon(() -> {
                for (int job = first; ; job += threads) {
                    String id = "job-" + job % 1000;
                    template.send("direct:look", exchange -> exchange.setVariable("job", id));
                }
            });
        }
        Reference.report(looks);
    }
}
