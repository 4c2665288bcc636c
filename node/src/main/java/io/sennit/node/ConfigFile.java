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
import io.sennit.node.Values.Given;
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

  private final Path file;
  private final StrandCatalog catalog;
  private final Map<String, Given> values = new LinkedHashMap<>();

  /** A file that may say the keys of a catalog. */
  ConfigFile(Path file, StrandCatalog catalog) {
    this.file = file;
    this.catalog = catalog;
  }

  /**
   * Reads it.
   *
   * @return the values by key; those that are null are left out
   * @throws ConfigException if it cannot be read or parsed, or says a key that does not exist
   */
  Map<String, Given> read() {
    collect(parse(file), "");
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

  private void collect(ConfigObject object, String section) {
    for (var entry : object.entrySet()) {
      var key = section + entry.getKey();
      var value = entry.getValue();
      var found = catalog.find(key);
      if (found.isPresent()) {
        take(found.get(), key, value);
        continue;
      }
      var inside = catalog.keys().stream().filter(k -> k.startsWith(key + ".")).toList();
      if (!inside.isEmpty() && value instanceof ConfigObject inner) {
        collect(inner, key + ".");
        continue;
      }
      throw new ConfigException(
          key,
          Values.text(value),
          (inside.isEmpty()
                  ? "no such key; the nearest is " + Nearest.to(key, catalog.keys())
                  : "a section, of the keys " + String.join(", ", inside))
              + " ("
              + where(value.origin(), file)
              + ")");
    }
  }

  /** One value; under its key and an alias, or two aliases, it may be said once. */
  private void take(Setting setting, String name, ConfigValue value) {
    if (value.valueType() == ConfigValueType.NULL) {
      return;
    }
    var folder = file.toAbsolutePath().getParent();
    var place = where(value.origin(), file);
    var origin = name.equals(setting.key()) ? place : place + " as " + name;
    var before =
        values.put(setting.key(), new Given(value, origin, folder == null ? Path.of("") : folder));
    if (before != null) {
      throw new ConfigException(
          setting.key(), "(said twice)", "one value (" + before.origin() + " and " + origin + ")");
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
