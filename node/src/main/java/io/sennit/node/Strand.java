package io.sennit.node;

import java.util.List;
import java.util.Set;

/**
 * One strand of a node (who is there, where work is placed, …), found through {@link
 * java.util.ServiceLoader}: each node starts every strand it finds. An object of this type holds no
 * state of a node; {@link #start} makes that, so that one process may run many nodes.
 *
 * <p>To add one: implement this type, and name the class in {@code
 * META-INF/services/io.sennit.node.Strand} (in a module, also {@code provides}). No other file
 * needs a change. Its settings are then read from the file and the environment, its verbs are
 * served, and its health is part of the node's.
 *
 * <pre>{@code
 * public final class Greeting implements Strand {
 *   static final Setting WORD = Setting.of("greeting.word", Kind.NAME, "hello", "What it says.");
 *
 *   public String name() { return "greeting"; }
 *   public List<Setting> settings() { return List.of(WORD); }
 *   public RunningStrand start(StrandContext context) {
 *     return new Greeter(context.config().text(WORD));
 *   }
 * }
 * }</pre>
 */
public interface Strand {
  /**
   * One lower-case word, the same for ever: what its settings, control verbs, links, keys, meters
   * and files are named after.
   */
  String name();

  /** Its settings; each key begins with the name and a dot. */
  default List<Setting> settings() {
    return List.of();
  }

  /**
   * Looks for what contradicts itself, when a configuration is read; single values are checked
   * already.
   *
   * @throws io.sennit.core.ConfigException that names the key and what is allowed
   */
  default void check(StrandConfig config) {}

  /**
   * Names of the strands it starts after and ends before; those that are not there do not count.
   */
  default Set<String> after() {
    return Set.of();
  }

  /**
   * Starts it for one node, on the thread that starts the node. It returns soon: what needs peers
   * goes on in the background. If it throws, it leaves nothing behind; the node then ends the
   * strands that had started, and itself.
   *
   * @throws Exception which the node reports with the strand's name
   */
  RunningStrand start(StrandContext context) throws Exception;
}
