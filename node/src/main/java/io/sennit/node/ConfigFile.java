package io.sennit.node;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.sennit.core.ConfigException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys of one HOCON file, strictly. */
final class ConfigFile {
  private static final long MAX_BYTES = 1 << 20;

  private ConfigFile() {}

  /**
   * Reads it.
   *
   * @return the values by key; those that are null are left out
   * @throws ConfigException if it cannot be read or parsed, or says a key that does not exist
   */
  static Map<String, ConfigValue> read(Path file) {
    var root = parse(file);
    var values = new LinkedHashMap<String, ConfigValue>();
    collect(root, "", values, file);
    return values;
  }

  private static ConfigObject parse(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        throw new ConfigException(
            "config", file.toString(), "a file that can be read, at most 1 MiB");
      }
      var options =
          ConfigParseOptions.defaults()
              .setAllowMissing(false)
              .setSyntax(ConfigSyntax.CONF)
              .setIncluder(new NoIncludes());
      return ConfigFactory.parseFile(file.toFile(), options).resolve().root();
    } catch (IOException e) {
      throw new ConfigException("config", file.toString(), "a file that can be read (" + e + ")");
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(
          "config", file.toString(), "HOCON or JSON (" + String.valueOf(e.getMessage()) + ")");
    }
  }

  private static void collect(
      ConfigObject object, String section, Map<String, ConfigValue> values, Path file) {
    for (var entry : object.entrySet()) {
      var key = section + entry.getKey();
      var value = entry.getValue();
      if (Setting.ALL.stream().anyMatch(s -> s.key().equals(key))) {
        if (value.valueType() != ConfigValueType.NULL) {
          values.put(key, value);
        }
        continue;
      }
      var inside = Setting.ALL.stream().filter(s -> s.key().startsWith(key + ".")).toList();
      if (!inside.isEmpty() && value instanceof ConfigObject inner) {
        collect(inner, key + ".", values, file);
        continue;
      }
      var names = (inside.isEmpty() ? Setting.ALL : inside).stream().map(Setting::key).toList();
      throw new ConfigException(
          key,
          NodeConfig.text(value),
          (inside.isEmpty()
                  ? "no such key; the nearest is " + Nearest.to(key, names)
                  : "a section, of the keys " + String.join(", ", names))
              + " ("
              + where(value.origin(), file)
              + ")");
    }
  }

  /** {@code FILE:LINE}. */
  static String where(ConfigOrigin origin, Path file) {
    return file + (origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "");
  }

  /** One file is all there is: nothing is fetched from elsewhere. */
  private static final class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw no(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw no(what.toString());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw no(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw no(what);
    }

    private static com.typesafe.config.ConfigException no(String what) {
      return new com.typesafe.config.ConfigException.Generic(
          "include of " + what + ": one file is all there is");
    }
  }
}
