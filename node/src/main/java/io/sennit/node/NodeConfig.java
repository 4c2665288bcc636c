package io.sennit.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.ManagerBuilder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
  private static final Set<String> OTHERS = Set.of(FILE, "SENNIT_AT");

  private static final String WORD = "[A-Za-z0-9._:-]{1,64}";
  private static final String WITH_UNIT = "\\d+(\\.\\d+)? *[a-z]+";

  /** A value with where it is from; {@code folder} is what its paths are relative to. */
  private record Given(ConfigValue value, String origin, Path folder) {}

  private final Map<String, Given> given;

  private NodeConfig(Map<String, Given> given) {
    this.given = given;
    for (var setting : Setting.ALL) {
      check(setting);
    }
    tls();
    var longest = duration("grid.backoff-longest");
    if (longest.compareTo(duration("grid.backoff-first")) < 0) {
      throw new ConfigException(
          "grid.backoff-longest", longest.toMillis() + " ms", "at least grid.backoff-first");
    }
  }

  /** Nothing set. */
  public static NodeConfig defaults() {
    return new NodeConfig(Map.of());
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
    var given = new LinkedHashMap<String, Given>();
    var named = environment.getOrDefault(FILE, "");
    var from = file.or(() -> named.isBlank() ? Optional.empty() : Optional.of(path(FILE, named)));
    if (from.isPresent()) {
      var here = from.get();
      var folder = here.toAbsolutePath().getParent();
      ConfigFile.read(here)
          .forEach(
              (key, value) ->
                  given.put(
                      key,
                      new Given(
                          value,
                          ConfigFile.where(value.origin(), here),
                          folder == null ? Path.of("") : folder)));
    }
    readEnvironment(environment, given);
    return new NodeConfig(given);
  }

  private static void readEnvironment(Map<String, String> environment, Map<String, Given> given) {
    var variables = Setting.ALL.stream().map(Setting::variable).toList();
    for (var name : environment.keySet().stream().sorted().toList()) {
      if (name.startsWith("SENNIT_") && !variables.contains(name) && !OTHERS.contains(name)) {
        throw new ConfigException(
            name,
            "(in the environment)",
            "no such variable; the nearest is " + Nearest.to(name, variables));
      }
    }
    for (var setting : Setting.ALL) {
      var value = environment.getOrDefault(setting.variable(), "");
      if (!value.isBlank()) { // an empty variable is one that is not set
        given.put(
            setting.key(),
            new Given(
                ConfigValueFactory.fromAnyRef(value.strip()),
                "environment " + setting.variable(),
                Path.of("")));
      }
    }
  }

  /**
   * The same with one key set on the command line.
   *
   * @throws ConfigException if there is no such key, or the value is not allowed
   */
  public NodeConfig with(String key, String value) {
    setting(key);
    var more = new LinkedHashMap<>(given);
    more.put(key, new Given(ConfigValueFactory.fromAnyRef(value), "command line", Path.of("")));
    return new NodeConfig(more);
  }

  // --- what it says

  /** Every key in force, with its origin; secrets are not shown. */
  public List<EffectiveSetting> explain() {
    var all = new ArrayList<EffectiveSetting>();
    for (var s : Setting.ALL) {
      var from = given.get(s.key());
      var value = from == null ? s.fallback() : text(from.value());
      if (s.isSecret()) {
        value = from == null ? "not set" : "set";
      }
      all.add(
          new EffectiveSetting(
              s.key(),
              s.variable(),
              value,
              from == null ? DEFAULT : from.origin(),
              s.fallback(),
              s.allowed(),
              s.about()));
    }
    return all;
  }

  /** The cluster's key, if there is one. */
  public Optional<ClusterKey> key() {
    var file = keyFile();
    return file.isPresent()
        ? file.map(ClusterKey::read)
        : optional("cluster-key").map(ClusterKey::parse);
  }

  /** The file the key is in, if it is in one. */
  private Optional<Path> keyFile() {
    return optional("cluster-key")
        .filter(text -> !isHex(text))
        .map(text -> resolve("cluster-key", text));
  }

  /** The certificates, if there are some. */
  public Optional<Tls> tls() {
    var trust = file("tls.trust");
    var identity = identity();
    boolean mutual = flag("tls.mutual");
    if (identity.isEmpty() && trust.isEmpty() && !mutual) {
      return Optional.empty();
    }
    return Optional.of(new Tls(identity, trust, mutual));
  }

  private Optional<Tls.Identity> identity() {
    var chain = file("tls.certificate");
    var key = file("tls.key");
    var pkcs12 = file("tls.pkcs12");
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
    return pkcs12.map(f -> new Tls.Identity.Pkcs12(f, optional("tls.password").orElse("")));
  }

  /** A node that is told all this; what the builder is told later wins. */
  public NodeBuilder builder() {
    var builder = Node.builder().cluster(required("cluster")).listen(address("listen"));
    optional("name").ifPresent(builder::name);
    optional("host").ifPresent(builder::host);
    builder.peers(hosts());
    keyFile().ifPresentOrElse(builder::keyFile, () -> key().ifPresent(builder::key));
    tls().ifPresent(builder::tls);
    var folder = runDirectory();
    folder.ifPresentOrElse(builder::runDirectory, builder::notRecorded);
    return builder.grid(this::grid);
  }

  /** Where it is recorded, and where commands look; empty if nowhere. */
  public Optional<RunDirectory> runDirectory() {
    var told = optional("run-dir");
    if (told.isEmpty()) {
      return RunDirectory.usual(System.getenv());
    }
    return told.get().equals(RunDirectory.OFF)
        ? Optional.empty()
        : Optional.of(RunDirectory.at(resolve("run-dir", told.get())));
  }

  private ManagerBuilder grid(ManagerBuilder builder) {
    return builder
        .route(required("grid.route"))
        .maxMessage((int) bytes("grid.max-message"))
        .queueBytes(bytes("grid.queue-bytes"))
        .window(bytes("grid.window"))
        .maxHandlers((int) count("grid.max-handlers"))
        .maxGuests((int) count("grid.max-guests"))
        .callDeadline(duration("grid.call-deadline"))
        .ping(duration("grid.ping"))
        .muxPing(duration("grid.stream-ping"))
        .backoff(
            new Backoff(duration("grid.backoff-first"), duration("grid.backoff-longest")),
            duration("grid.stable-after"))
        .strictHandshake(flag("grid.strict-handshake"));
  }

  // --- one value

  private void check(Setting s) {
    var from = given.get(s.key());
    if (from == null) {
      return;
    }
    try {
      switch (s.kind()) {
        case NAME -> must(required(s.key()).matches(WORD));
        case ADDRESS -> address(s.key());
        case HOST -> must(isHost(required(s.key())));
        case HOSTS -> must(new LinkedHashSet<>(hosts()).size() == hosts().size());
        case ROUTE -> must(required(s.key()).startsWith("/"));
        case KEY -> key();
        case FILE -> must(file(s.key()).filter(Files::isReadable).isPresent());
        case FOLDER -> resolve(s.key(), required(s.key()));
        case SECRET -> required(s.key());
        case FLAG -> flag(s.key());
        case BYTES -> range(s, bytes(s.key()));
        case COUNT -> range(s, count(s.key()));
        case DURATION -> range(s, duration(s.key()).toMillis());
      }
    } catch (ConfigException | com.typesafe.config.ConfigException | ArithmeticException e) {
      throw new ConfigException(
          s.key(),
          s.isSecret() ? "(not shown)" : text(from.value()),
          s.allowed() + " (" + from.origin() + ")");
    }
  }

  private static void must(boolean condition) {
    if (!condition) {
      throw new ConfigException("", "", ""); // check() says which key and what is allowed
    }
  }

  private static void range(Setting s, long value) {
    must(value >= s.min() && value <= s.max());
  }

  private static Setting setting(String key) {
    return Setting.ALL.stream()
        .filter(s -> s.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    key,
                    "(on the command line)",
                    "no such key; the nearest is "
                        + Nearest.to(key, Setting.ALL.stream().map(Setting::key).toList())));
  }

  /** The value as a configuration of that one key, which knows how to read sizes and times. */
  private Config one(String key) {
    var from = given.get(key);
    var value =
        from == null ? ConfigValueFactory.fromAnyRef(setting(key).fallback()) : from.value();
    return ConfigFactory.empty().withValue("value", value);
  }

  private Optional<String> optional(String key) {
    var text = one(key).getString("value").strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private String required(String key) {
    return optional(key).orElseThrow(() -> new ConfigException(key, "", setting(key).allowed()));
  }

  private boolean flag(String key) {
    return one(key).getBoolean("value");
  }

  private long bytes(String key) {
    return one(key).getBytes("value");
  }

  private long count(String key) {
    return one(key).getLong("value");
  }

  private Duration duration(String key) {
    must(required(key).matches(WITH_UNIT)); // a bare number would leave the unit to luck
    return one(key).getDuration("value");
  }

  private Address address(String key) {
    return Address.parse(required(key));
  }

  private Optional<Path> file(String key) {
    return optional(key).map(text -> resolve(key, text));
  }

  /** A path in a file is relative to that file's folder, any other to the working directory. */
  private Path resolve(String key, String text) {
    var from = given.get(key);
    return (from == null ? Path.of("") : from.folder())
        .resolve(path(key, text))
        .toAbsolutePath()
        .normalize();
  }

  private static Path path(String key, String text) {
    try {
      return Path.of(text.strip());
    } catch (InvalidPathException e) {
      throw new ConfigException(key, text, "the path of a file");
    }
  }

  private List<String> hosts() {
    var from = given.get("peers");
    if (from == null) {
      return List.of();
    }
    var all =
        from.value().valueType() == ConfigValueType.LIST
            ? one("peers").getStringList("value")
            : List.of(one("peers").getString("value").split(",", -1));
    var hosts = all.stream().map(String::strip).toList();
    for (var host : hosts) {
      if (!isHost(host)) {
        Address.parse(host);
      }
    }
    return hosts;
  }

  private static boolean isHost(String text) {
    int scheme = text.indexOf("://");
    if (scheme < 0) {
      return false;
    }
    must(List.of("http", "https", "ws", "wss").contains(text.substring(0, scheme)));
    var rest = text.substring(scheme + 3);
    boolean hasPort = rest.lastIndexOf(':') > rest.lastIndexOf(']');
    Address.parse(hasPort ? rest : rest + ":80");
    return true;
  }

  private static boolean isHex(String text) {
    return text.matches("[0-9A-Fa-f]{" + 2 * ClusterKey.SIZE + "}");
  }

  /** A value as it was written, near enough to be recognised. */
  static String text(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "{...}";
      case LIST -> String.join(", ", ((ConfigList) value).stream().map(NodeConfig::text).toList());
      case NULL -> "null";
      default -> String.valueOf(value.unwrapped());
    };
  }

  /** How many keys were set, and nothing of their values. */
  @Override
  public String toString() {
    return "NodeConfig[" + given.size() + " keys set]";
  }
}
