package com.acme;

import org.apache.camel.main.Main;

public final class CamelApplication {

    private CamelApplication() {}

    public static void main(String[] args) throws Exception {
        Main main = new Main(CamelApplication.class);
        main.run(args);
    }
}
