package io.sennit.conformance;

/**
 * What the suite says of a case.
 *
 * @param form in which form it ran
 * @param id the case
 * @param behavior whether what came back was right
 * @param close whether it was closed rightly
 * @param hung what it waited for in vain, or empty text
 */
record Result(Form form, String id, String behavior, String close, String hung) {}
