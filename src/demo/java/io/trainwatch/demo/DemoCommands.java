package io.trainwatch.demo;

import io.trainwatch.cli.MoreCommands;
import picocli.CommandLine;

/** The commands that need a simulator. */
public final class DemoCommands implements MoreCommands {

    @Override
    public void addTo(CommandLine line) {
        line.addSubcommand(new DemoCommand())
                .addSubcommand(new SimulateCommand())
                .addSubcommand(new ScenariosCommand())
                .addSubcommand(new PollingTrialCommand());
        line.getSubcommands()
                .get("policy")
                .addSubcommand(new PolicySimulateCommand())
                .addSubcommand(new PolicyNoiseCommand());
    }
}
