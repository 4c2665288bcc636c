package io.sennit.cli.demo;

/**
 * One line of the tour's table.
 *
 * @param name what is checked
 * @param pass whether what was seen is what was expected
 * @param expected never zero or nothing: an empty expectation shows nothing
 * @param how how the expectation was obtained, independently of the workers
 * @param seen what was observed
 */
public record Check(String name, boolean pass, String expected, String how, String seen) {}
