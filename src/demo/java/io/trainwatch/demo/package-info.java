/**
 * Commands that try Trainwatch out on this machine, without a tenant. Enter by {@link io.trainwatch.demo.DemoCommand}. A
 * jar of its own, which the product does without: {@link io.trainwatch.demo.DemoCommands} is found by it, if it is there.
 */
package io.trainwatch.demo;
