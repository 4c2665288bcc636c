package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.node.Values.Given;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node's configuration: the command line before the environment, that before one HOCON file, and
 * that before the defaults. Every value is checked when it is read. Immutable; secrets are shown by
 * no method but {@link #key} and {@link #tls}. docs/configuration.md.
 */
public final class NodeConfig {
  /** The variable that names the file, where no other is named. */
  public static final String FILE = "SENNIT_CONFIG";

  /** The origin of what nobody set. */
  static final String DEFAULT = "default";

  /** Variables of the command itself, which are no keys. */
  private static final Set<String> OTHERS = Set.of(FILE, "SENNIT_AT", "SENNIT_JAVA_OPTS");

  private final StrandCatalog catalog;
  private final Values values;

  private NodeConfig(StrandCatalog catalog, Values values) {
    this.catalog = catalog;
    this.values = values;
    catalog.settings().forEach(values::check);
    tls();
    for (var strand : catalog.strands()) {
      strand.check(strand(strand.name()));
    }
  }

  /** Nothing set. */
  public static NodeConfig defaults() {
    return of(StrandCatalog.found());
  }

  /** Nothing set, for these strands alone. */
  static NodeConfig of(StrandCatalog catalog) {
    return new NodeConfig(catalog, new Values(Map.of()));
  }

  /**
   * What the file and this process's environment say.
   *
   * @param file the file, or empty for the one that {@value #FILE} names, if any
   * @throws ConfigException that names the key, its value, where it was said and what is allowed
   */
  public static NodeConfig load(Optional<Path> file) {
    return load(file, System.getenv());
  }

  /** The same with another environment. */
  public static NodeConfig load(Optional<Path> file, Map<String, String> environment) {
    return load(file, environment, StrandCatalog.found());
  }

  /** The same for these strands alone. */
  static NodeConfig load(
      Optional<Path> file, Map<String, String> environment, StrandCatalog catalog) {
    var given = new LinkedHashMap<String, Given>();
    var named = environment.getOrDefault(FILE, "");
    var from =
        file.or(() -> named.isBlank() ? Optional.empty() : Optional.of(Values.path(FILE, named)));
    from.ifPresent(here -> given.putAll(new ConfigFile(here, catalog).read()));
    readEnvironment(environment, catalog, given);
    return new NodeConfig(catalog, new Values(given));
  }

  private static void readEnvironment(
      Map<String, String> environment, StrandCatalog catalog, Map<String, Given> given) {
    for (var name : environment.keySet().stream().sorted().toList()) {
      if (name.startsWith("SENNIT_")
          && !catalog.variables().contains(name)
          && !OTHERS.contains(name)) {
        throw new ConfigException(
            name,
            "(in the environment)",
            "no such variable; the nearest is " + Nearest.to(name, catalog.variables()));
      }
    }
    for (var setting : catalog.settings()) {
      readVariable(environment, setting).ifPresent(said -> given.put(setting.key(), said));
    }
  }

  /** What its variable or one of its aliases says; they may not contradict each other. */
  private static Optional<Given> readVariable(Map<String, String> environment, Setting setting) {
    var names = new ArrayList<>(List.of(setting.variable()));
    names.addAll(setting.aliases());
    var said =
        names.stream()
            .filter(name -> !environment.getOrDefault(name, "").isBlank()) // empty is not set
            .toList();
    if (said.isEmpty()) {
      return Optional.empty();
    }
    var value = environment.getOrDefault(said.getFirst(), "").strip();
    for (var other : said) {
      if (!environment.getOrDefault(other, "").strip().equals(value)) {
        throw new ConfigException(
            setting.key(),
            "(two values)",
            "one of the variables " + said.getFirst() + " and " + other + ", or both alike");
      }
    }
    return Optional.of(Given.said(value, "environment " + said.getFirst()));
  }

  /**
   * The same with one key set on the command line; an alias names its key.
   *
   * @throws ConfigException if there is no such key, or the value is not allowed
   */
  public NodeConfig with(String key, String value) {
    return with(key, value, "command line");
  }

  /** The same with another origin. */
  NodeConfig with(String key, String value, String origin) {
    var setting =
        catalog
            .find(key)
            .orElseThrow(
                () ->
                    new ConfigException(
                        key,
                        "(" + origin + ")",
                        "no such key; the nearest is " + Nearest.to(key, catalog.keys())));
    return new NodeConfig(catalog, values.with(setting, Given.said(value, origin)));
  }

  // --- what it says

  /** Every key in force, with its origin; secrets are not shown. */
  public List<EffectiveSetting> explain() {
    var all = new ArrayList<EffectiveSetting>();
    for (var s : catalog.settings()) {
      boolean set = values.isSet(s);
      all.add(
          new EffectiveSetting(
              s.key(),
              s.variable(),
              s.isSecret() ? (set ? "set" : "not set") : values.written(s),
              values.origin(s).orElse(DEFAULT),
              s.fallback(),
              s.allowed(),
              s.about(),
              s.aliases()));
    }
    return all;
  }

  /** The strands there are. */
  StrandCatalog catalog() {
    return catalog;
  }

  /** What one strand is told. */
  StrandConfig strand(String name) {
    return new StrandConfig(values, name);
  }

  /** The cluster's key, if there is one. */
  public Optional<ClusterKey> key() {
    return values.key(CoreSettings.KEY);
  }

  /** The folder of what outlives the process, if there is one. */
  public Optional<Path> data() {
    return values.path(CoreSettings.DATA);
  }

  /** How long a signal lets the node finish what it has begun. */
  public Duration drain() {
    return values.duration(CoreSettings.DRAIN);
  }

  /** The certificates, if there are some. */
  public Optional<Tls> tls() {
    var trust = values.path(CoreSettings.TRUST);
    var identity = identity();
    boolean mutual = values.flag(CoreSettings.MUTUAL);
    if (identity.isEmpty() && trust.isEmpty() && !mutual) {
      return Optional.empty();
    }
    return Optional.of(new Tls(identity, trust, mutual));
  }

  private Optional<Tls.Identity> identity() {
    var chain = values.path(CoreSettings.CERTIFICATE);
    var key = values.path(CoreSettings.CERTIFICATE_KEY);
    var pkcs12 = values.path(CoreSettings.PKCS12);
    if (chain.isPresent() != key.isPresent()) {
      throw new ConfigException(
          chain.isPresent() ? "tls.key" : "tls.certificate",
          "not set",
          "its file beside " + (chain.isPresent() ? "tls.certificate" : "tls.key"));
    }
    if (pkcs12.isPresent() && chain.isPresent()) {
      throw new ConfigException(
          "tls.pkcs12", pkcs12.get().toString(), "this or tls.certificate, not both");
    }
    if (chain.isPresent() && key.isPresent()) {
      return Optional.of(new Tls.Identity.Pem(chain.get(), key.get()));
    }
    return pkcs12.map(
        f -> new Tls.Identity.Pkcs12(f, values.optional(CoreSettings.PASSWORD).orElse("")));
  }

  /** A node that is told all this; what the builder is told later wins. */
  public NodeBuilder builder() {
    var builder =
        new NodeBuilder(this)
            .cluster(values.required(CoreSettings.CLUSTER))
            .listen(Address.parse(values.required(CoreSettings.LISTEN)));
    values.optional(CoreSettings.NAME).ifPresent(builder::name);
    values.optional(CoreSettings.HOST).ifPresent(builder::host);
    builder.peers(values.hosts(CoreSettings.PEERS));
    values
        .keyFile(CoreSettings.KEY)
        .ifPresentOrElse(builder::keyFile, () -> key().ifPresent(builder::key));
    tls().ifPresent(builder::tls);
    data().ifPresent(builder::data);
    runDirectory().ifPresentOrElse(builder::runDirectory, builder::notRecorded);
    return builder;
  }

  /** Where it is recorded, and where commands look; empty if nowhere. */
  public Optional<RunDirectory> runDirectory() {
    return values.isSet(CoreSettings.RUN_DIR)
        ? values.path(CoreSettings.RUN_DIR).map(RunDirectory::at)
        : RunDirectory.usual(System.getenv());
  }

  /** How many keys were set, and nothing of their values. */
  @Override
  public String toString() {
    return "NodeConfig[" + values.size() + " keys set]";
  }
}
