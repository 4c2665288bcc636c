package io.sennit.cli.demo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Sends the front's log to a file while the demo has the screen, whatever was logged before; a line
 * on standard error would break into the live line. Counts warnings.
 */
public final class FrontLog implements AutoCloseable {
  private final Logger root;
  private final Level level;
  private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
  private final Counting file = new Counting();

  /** From now on. */
  public FrontLog(Path path) {
    var context = context();
    root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    level = root.getLevel();
    root.iteratorForAppenders().forEachRemaining(others::add);
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{24} %msg%n%ex");
    encoder.start();
    file.setContext(context);
    file.setFile(path.toString());
    file.setEncoder(encoder);
    file.start();
    root.addAppender(file);
    others.forEach(root::detachAppender);
    root.setLevel(Level.INFO);
  }

  /** While another thread sets logging up there is only a substitute: a matter of moments. */
  private static LoggerContext context() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (true) {
      var factory = LoggerFactory.getILoggerFactory();
      if (factory instanceof LoggerContext context) {
        return context;
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("logs cannot be sent to a file by " + factory.getClass());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  /** Warnings and errors so far. */
  public long warnings() {
    return file.warnings.get();
  }

  /** Logs where it did before. */
  @Override
  public void close() {
    root.setLevel(level);
    others.forEach(root::addAppender);
    root.detachAppender(file);
    file.stop();
  }

  private static final class Counting extends FileAppender<ILoggingEvent> {
    private final AtomicLong warnings = new AtomicLong();

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        warnings.incrementAndGet();
      }
      super.append(event);
    }
  }
}
