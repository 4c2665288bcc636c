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
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was given, by key, with where it is from; read by kind. Immutable. */
final class Values {
  private static final String WORD = "[A-Za-z0-9._:-]{1,64}";
  private static final String WITH_UNIT = "\\d+(\\.\\d+)? *[a-z]+";

  /** A value with where it is from; {@code folder} is what its paths are relative to. */
  record Given(ConfigValue value, String origin, Path folder) {
    /** Said in text, outside any file. */
    static Given said(String text, String origin) {
      return new Given(ConfigValueFactory.fromAnyRef(text), origin, Path.of(""));
    }
  }

  private final Map<String, Given> given;

  Values(Map<String, Given> given) {
    this.given = given;
  }

  /** The same with one more. */
  Values with(Setting s, Given value) {
    var more = new LinkedHashMap<>(given);
    more.put(s.key(), value);
    return new Values(more);
  }

  int size() {
    return given.size();
  }

  boolean isSet(Setting s) {
    return given.containsKey(s.key());
  }

  /** Where it is from, if somebody set it. */
  Optional<String> origin(Setting s) {
    return Optional.ofNullable(given.get(s.key())).map(Given::origin);
  }

  /** As it was written, secrets too. */
  String written(Setting s) {
    var from = given.get(s.key());
    return from == null ? s.fallback() : text(from.value());
  }

  /**
   * Checks one value.
   *
   * @throws ConfigException that names the key, its value, where it was said and what is allowed
   */
  void check(Setting s) {
    var from = given.get(s.key());
    if (from == null) {
      return;
    }
    try {
      switch (s.kind()) {
        case NAME -> must(required(s).matches(WORD));
        case TEXT, SECRET -> required(s);
        case CHOICE -> must(s.options().contains(required(s)));
        case ADDRESS -> Address.parse(required(s));
        case HOST -> must(isHost(required(s)));
        case HOSTS -> must(new LinkedHashSet<>(hosts(s)).size() == hosts(s).size());
        case ROUTE -> must(required(s).startsWith("/"));
        case KEY -> key(s);
        case FILE -> must(path(s).filter(Files::isReadable).isPresent());
        case FOLDER -> resolve(s, required(s));
        case FLAG -> flag(s);
        case BYTES -> range(s, bytes(s));
        case COUNT -> range(s, count(s));
        case DURATION -> range(s, duration(s).toMillis());
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

  /** The value as a configuration of that one key, which knows how to read sizes and times. */
  private Config one(Setting s) {
    var from = given.get(s.key());
    var value = from == null ? ConfigValueFactory.fromAnyRef(s.fallback()) : from.value();
    return ConfigFactory.empty().withValue("value", value);
  }

  Optional<String> optional(Setting s) {
    var text = one(s).getString("value").strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  String required(Setting s) {
    return optional(s).orElseThrow(() -> new ConfigException(s.key(), "", s.allowed()));
  }

  boolean flag(Setting s) {
    return one(s).getBoolean("value");
  }

  long bytes(Setting s) {
    return one(s).getBytes("value");
  }

  long count(Setting s) {
    return one(s).getLong("value");
  }

  Duration duration(Setting s) {
    must(required(s).matches(WITH_UNIT)); // a bare number would leave the unit to luck
    return one(s).getDuration("value");
  }

  Optional<ClusterKey> key(Setting s) {
    var file = keyFile(s);
    return file.isPresent() ? file.map(ClusterKey::read) : optional(s).map(ClusterKey::parse);
  }

  /** The file a key is in, if it is in one. */
  Optional<Path> keyFile(Setting s) {
    return optional(s)
        .filter(text -> !text.matches("[0-9A-Fa-f]{" + 2 * ClusterKey.SIZE + "}"))
        .map(text -> resolve(s, text));
  }

  /** A file or folder, if there is one. */
  Optional<Path> path(Setting s) {
    return optional(s)
        .filter(text -> s.kind() != Setting.Kind.FOLDER || !text.equals(RunDirectory.OFF))
        .map(text -> resolve(s, text));
  }

  /** A path in a file is relative to that file's folder, any other to the working directory. */
  private Path resolve(Setting s, String text) {
    var from = given.get(s.key());
    return (from == null ? Path.of("") : from.folder())
        .resolve(path(s.key(), text))
        .toAbsolutePath()
        .normalize();
  }

  static Path path(String key, String text) {
    try {
      return Path.of(text.strip());
    } catch (InvalidPathException e) {
      throw new ConfigException(key, text, "the path of a file");
    }
  }

  List<String> hosts(Setting s) {
    var from = given.get(s.key());
    if (from == null && s.fallback().isEmpty()) {
      return List.of();
    }
    var all =
        from != null && from.value().valueType() == ConfigValueType.LIST
            ? one(s).getStringList("value")
            : List.of(one(s).getString("value").split(",", -1));
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

  /** A value as it was written, near enough to be recognised. */
  static String text(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "{...}";
      case LIST -> String.join(", ", ((ConfigList) value).stream().map(Values::text).toList());
      case NULL -> "null";
      default -> String.valueOf(value.unwrapped());
    };
  }
}
