package io.sennit.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A goal beside what was measured.
 *
 * @param name what is compared
 * @param goal a bound such as {@code >= 15}
 * @param measured the figure that the bound is about
 * @param met whether it holds
 * @param mark why the figure is to be doubted ({@code suspect: …}, {@code noisy: …}); absent if
 *     nothing speaks against it
 */
public record Target(
    String name,
    String goal,
    double measured,
    boolean met,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String mark) {}
