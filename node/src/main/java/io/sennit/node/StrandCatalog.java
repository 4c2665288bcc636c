package io.sennit.node;

import io.sennit.core.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The strands there are, and every key: the node's, then those of each strand. Immutable. */
final class StrandCatalog {
  private final List<Strand> strands;
  private final Map<String, Setting> byKey = new LinkedHashMap<>();
  private final Map<String, Setting> byAlias = new LinkedHashMap<>();
  private final Map<String, Setting> byVariable = new LinkedHashMap<>();

  /**
   * Of given strands, put in the order in which they start.
   *
   * @throws ConfigException if two have one name, a key is not under its strand's name, a name of a
   *     key is taken, or strands wait for each other
   */
  StrandCatalog(List<Strand> strands) {
    this.strands = StartOrder.of(strands);
    CoreSettings.ALL.forEach(this::add);
    for (var strand : this.strands) {
      for (var setting : strand.settings()) {
        if (!setting.key().startsWith(strand.name() + ".")) {
          throw new ConfigException(
              setting.key(), "(of strand " + strand.name() + ")", "a key under the strand's name");
        }
        add(setting);
      }
    }
  }

  /** Of the strands on the class or module path. */
  static StrandCatalog found() {
    var strands = new ArrayList<Strand>();
    try {
      ServiceLoader.load(Strand.class).forEach(strands::add);
    } catch (ServiceConfigurationError e) {
      throw new ConfigException("class path", String.valueOf(e.getMessage()), "strands that load");
    }
    return new StrandCatalog(strands);
  }

  private void add(Setting setting) {
    boolean taken = byKey.putIfAbsent(setting.key(), setting) != null;
    taken |= byVariable.putIfAbsent(setting.variable(), setting) != null;
    for (var alias : setting.aliases()) {
      taken |= byKey.containsKey(alias) || byAlias.putIfAbsent(alias, setting) != null;
    }
    if (taken) {
      throw new ConfigException(setting.key(), "(declared twice)", "one key a name");
    }
  }

  /** In the order in which they start. */
  List<Strand> strands() {
    return strands;
  }

  /** Every key, in the order in which they are explained. */
  List<Setting> settings() {
    return List.copyOf(byKey.values());
  }

  List<String> keys() {
    return List.copyOf(byKey.keySet());
  }

  /** By key or alias. */
  Optional<Setting> find(String name) {
    return Optional.ofNullable(byKey.get(name)).or(() -> Optional.ofNullable(byAlias.get(name)));
  }

  /** Every {@code SENNIT_} variable there is. */
  List<String> variables() {
    return List.copyOf(byVariable.keySet());
  }
}
