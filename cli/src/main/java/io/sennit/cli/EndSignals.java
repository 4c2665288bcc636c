package io.sennit.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals that end a command which stays: the first lets it end in its own way, a second ends
 * the process at once. The JVM's own hooks hear no second signal, so this uses its signal handlers,
 * which have no public type; where they are missing, only the first is heard.
 */
final class EndSignals {
  private static final List<String> ENDING = List.of("TERM", "INT", "HUP");

  private EndSignals() {}

  /**
   * Begins to listen.
   *
   * @param end run on a thread of its own at the first signal; it ends the process
   */
  static void on(Runnable end) {
    var heard = new AtomicBoolean();
    for (var name : ENDING) {
      if (!handle(name, number -> signal(heard, end, number))) {
        Runtime.getRuntime().addShutdownHook(new Thread(end, "sennit-end"));
        return;
      }
    }
  }

  private static void signal(AtomicBoolean heard, Runnable end, int number) {
    if (heard.compareAndSet(false, true)) {
      new Thread(end, "sennit-end").start();
    } else {
      Runtime.getRuntime().halt(128 + number); // as a shell would report it
    }
  }

  private interface Heard {
    void signal(int number);
  }

  /** Whether the handler is there; a signal that was ignored when the process began stays so. */
  private static boolean handle(String name, Heard heard) {
    try {
      var signal = Class.forName("sun.misc.Signal");
      var handler = Class.forName("sun.misc.SignalHandler");
      var set = signal.getMethod("handle", signal, handler);
      var one = signal.getConstructor(String.class).newInstance(name);
      int number = (int) signal.getMethod("getNumber").invoke(one);
      InvocationHandler calls =
          (proxy, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  heard.signal(number);
                  yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> name;
              };
      var ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
      var before = set.invoke(null, one, ours);
      var ignore = handler.getField("SIG_IGN").get(null);
      if (ignore.equals(before)) {
        var unused = set.invoke(null, one, ignore);
      }
      return true;
    } catch (ReflectiveOperationException e) {
      return false; // no such JVM, or the signal is the JVM's own
    }
  }
}
