package io.sennit.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;

/**
 * Logging without a file to parse: warnings to stderr, or everything from INFO on to the file named
 * by the property {@code sennit.log}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  /** The property that names a file to log to. */
  public static final String FILE = "sennit.log";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var file = System.getProperty(FILE, "");
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} %msg%n%ex");
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = file.isEmpty() ? stderr() : to(file);
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(file.isEmpty() ? Level.WARN : Level.INFO);
    root.addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> stderr() {
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setTarget("System.err");
    return appender;
  }

  private static FileAppender<ILoggingEvent> to(String file) {
    var appender = new FileAppender<ILoggingEvent>();
    appender.setFile(file);
    return appender;
  }
}
