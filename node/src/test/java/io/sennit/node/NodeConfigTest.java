package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class NodeConfigTest {
  @TempDir Path temp;

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("node.conf"), text);
  }

  private NodeConfig read(String text) throws IOException {
    return NodeConfig.load(Optional.of(write(text)), Map.of());
  }

  private static EffectiveSetting of(NodeConfig config, String key) {
    return config.explain().stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void theCommandLineBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() throws Exception {
    var file = write("cluster = arena\nname = from-file\ngrid { max-guests = 3\n window = 2 MiB }");
    var config =
        NodeConfig.load(
                Optional.of(file),
                Map.of("SENNIT_NAME", "from-env", "SENNIT_GRID_WINDOW", "3 MiB", "PATH", "/bin"))
            .with("grid.window", "4 MiB");
    assertThat(of(config, "cluster"))
        .extracting("value", "origin")
        .containsExactly("arena", file + ":1");
    assertThat(of(config, "grid.max-guests"))
        .extracting("value", "origin")
        .containsExactly("3", file + ":3");
    assertThat(of(config, "name"))
        .extracting("value", "origin")
        .containsExactly("from-env", "environment SENNIT_NAME");
    assertThat(of(config, "grid.window"))
        .extracting("value", "origin")
        .containsExactly("4 MiB", "command line");
    assertThat(of(config, "grid.ping"))
        .extracting("value", "origin")
        .containsExactly("10 s", "default");
  }

  @Test
  void jsonIsASubset() throws Exception {
    var config =
        read(
            "{\"listen\": \"127.0.0.1:7400\", \"peers\": [\"a:1\", \"http://b:2\"], \"grid\":"
                + " {\"max-handlers\": 7}}");
    assertThat(of(config, "peers").value()).isEqualTo("a:1, http://b:2");
    assertThat(of(config, "grid.max-handlers").value()).isEqualTo("7");
    assertThat(of(config, "listen").origin()).endsWith("node.conf:1");
  }

  @ParameterizedTest
  @CsvSource({
    "lsiten = 1, lsiten, listen",
    "grid.widnow = 1, grid.widnow, grid.window",
    "window = 1, window, grid.window",
    "grid { maxMessage = 1 }, grid.maxMessage, grid.max-message",
    "tls = yes, tls, tls.key",
    "listen { port = 1 }, listen, host:port",
    "elsewhere { ttl = 1 }, elsewhere, no such key",
    "empty {}, empty, no such key"
  })
  void anUnknownKeyNamesTheNearest(String text, String key, String nearest) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key + " = ")
        .hasMessageContaining("node.conf:1")
        .hasMessageContaining(nearest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cluster = \"no spaces\"",
        "listen = 7400",
        "listen = [1]",
        "host = \"10.0.0.1:7400\"",
        "host = \"ftp://10.0.0.1:7400\"",
        "peers = [\"a:1\", \"a:1\"]",
        "peers = \"a:1,b\"",
        "peers = [{}]",
        "cluster-key = abc",
        "tls.trust = \"/nowhere/ca.pem\"",
        "tls.mutual = perhaps",
        "grid.route = grid",
        "grid.max-message = 1 KiB",
        "grid.max-message = 2 GiB",
        "grid.max-message = much",
        "grid.max-guests = -1",
        "grid.max-guests = 1025",
        "grid.max-guests = many",
        "grid.ping = 10",
        "grid.ping = 5 ms",
        "grid.ping = 2 h",
        "grid.ping = -1 s",
        "grid.call-deadline = 100 d",
        "cluster = \"\""
      })
  void aWrongValueNamesKeyValueAndWhatIsAllowed(String text) {
    var key = text.substring(0, text.indexOf(' '));
    var allowed = StrandCatalog.found().find(key).orElseThrow().allowed();
    assertThatThrownBy(() -> read("# first\n" + text))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.key()).isEqualTo(key))
        .hasMessageContaining(allowed)
        .hasMessageContaining("node.conf:2");
  }

  @Test
  void theEnvironmentIsAsStrict() {
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("SENNIT_GRID_PNIG", "1 s")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("the nearest is SENNIT_GRID_PING");
    assertThatThrownBy(() -> NodeConfig.load(Optional.empty(), Map.of("SENNIT_GRID_PING", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("grid.ping = 1")
        .hasMessageContaining("(environment SENNIT_GRID_PING)");
    assertThat(NodeConfig.load(Optional.empty(), Map.of("SENNIT_NAME", " ", "SENNIT_AT", "x:1")))
        .hasToString("NodeConfig[0 keys set]");
    assertThatThrownBy(() -> NodeConfig.defaults().with("nmae", "x"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("name");
  }

  @Test
  void everyKeyIsSetByItsVariable() throws Exception {
    var file = Files.writeString(temp.resolve("a.pem"), "x").toString();
    var environment = new HashMap<String, String>();
    for (var s : StrandCatalog.found().settings()) {
      var value =
          switch (s.kind()) {
            case NAME, TEXT -> "x";
            case CHOICE -> s.options().getLast();
            case ADDRESS -> "127.0.0.1:1";
            case HOST -> "http://a:1";
            case HOSTS -> "a:1, https://b:2";
            case ROUTE -> "/x";
            case KEY -> ClusterKey.random().toHex();
            case FILE -> file;
            case FOLDER -> temp.toString();
            case SECRET -> "secret-word";
            case FLAG -> "true";
            case BYTES -> s.max() / 1024 + " KiB";
            case COUNT -> String.valueOf(s.max());
            case DURATION -> s.max() + " ms";
          };
      if (!s.key().equals("tls.pkcs12")) { // not beside tls.certificate
        environment.put(s.variable(), value);
      }
    }
    var config = NodeConfig.load(Optional.empty(), environment);
    assertThat(config.explain())
        .filteredOn(s -> !s.key().equals("tls.pkcs12"))
        .allSatisfy(s -> assertThat(s.origin()).isEqualTo("environment " + s.variable()));
    assertThat(config.explain()).hasSize(StrandCatalog.found().settings().size());
  }

  @Test
  void secretsAreNotShown() throws Exception {
    var key = ClusterKey.random();
    var text = "cluster-key = " + key.toHex() + "\ntls.password = hush";
    var config = read(text);
    assertThat(config.key()).contains(key);
    assertThat(config.explain().toString()).doesNotContain(key.toHex()).doesNotContain("hush");
    assertThat(of(config, "cluster-key").value()).isEqualTo("set");
    assertThat(of(config, "tls.password").value()).isEqualTo("set");
    assertThat(of(NodeConfig.defaults(), "cluster-key").value()).isEqualTo("not set");
    var wrong = key.toHex().substring(1);
    assertThatThrownBy(() -> read("cluster-key = " + wrong))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining(wrong);
  }

  @Test
  void pathsAreRelativeToTheFile() throws Exception {
    var key = ClusterKey.random();
    Files.writeString(temp.resolve("secret.hex"), key.toHex());
    var config = read("cluster-key = secret.hex\nrun-dir = run");
    assertThat(config.key()).contains(key);
    assertThat(config.runDirectory().orElseThrow().folder()).isEqualTo(temp.resolve("run"));
    try (var node = config.builder().start()) {
      var entry = config.runDirectory().orElseThrow().list().getFirst();
      assertThat(entry.keyFile()).contains(temp.resolve("secret.hex"));
      assertThat(entry.at()).isEqualTo(node.address().toString());
    }
  }

  @Test
  void aNodeIsWhatItIsTold() throws Exception {
    var config =
        read(
            "cluster = arena\nname = n7\nrun-dir = off\nhost = \"http://here:7\"\n"
                + "peers = [\"there:7\", \"http://here:7\"]");
    assertThat(config.runDirectory()).isEmpty();
    try (var node = config.builder().start()) {
      assertThat(node.cluster()).isEqualTo("arena");
      assertThat(node.name()).isEqualTo("n7");
      assertThat(node.host()).isEqualTo("http://here:7");
      assertThat(node.grid().targets()).containsExactly("http://there:7");
    }
  }

  @Test
  void whatContradictsItself() {
    assertThatThrownBy(() -> read("tls.mutual = true"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.trust");
    assertThatThrownBy(() -> read("tls.certificate = node.conf"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.key");
    assertThatThrownBy(
            () -> read("tls { certificate = node.conf, key = node.conf, pkcs12 = node.conf }"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> read("grid.backoff-longest = 100 ms"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("at least grid.backoff-first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a = ", "include \"other\"", "include url(\"http://127.0.0.1:1/\")", "a = ${b}"})
  void whatIsNoFileOfKeys(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("config = ")
        .hasMessageContaining("HOCON");
  }

  @Test
  void theFileMustBeThere() throws Exception {
    var gone = temp.resolve("gone.conf");
    assertThatThrownBy(() -> NodeConfig.load(Optional.of(gone), Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(gone.toString());
    assertThatThrownBy(
            () -> NodeConfig.load(Optional.empty(), Map.of("SENNIT_CONFIG", gone.toString())))
        .isInstanceOf(ConfigException.class);
    var file = write("name = x");
    var config = NodeConfig.load(Optional.empty(), Map.of("SENNIT_CONFIG", file.toString()));
    assertThat(of(config, "name").origin()).isEqualTo(file + ":1");
  }

  /** The defaults are valid, and each strand's page says what its settings say. */
  @Test
  void thePagesHaveTheTables() throws Exception {
    var defaults = NodeConfig.defaults();
    for (var s : defaults.catalog().settings()) {
      if (!s.fallback().isEmpty()) {
        defaults.with(s.key(), s.fallback());
      }
    }
    assertThat(page("node")).contains(table(CoreSettings.ALL));
    assertThat(defaults.catalog().strands()).isNotEmpty();
    for (var strand : defaults.catalog().strands()) {
      if (!strand.settings().isEmpty()) {
        assertThat(page(strand.name())).contains(table(strand.settings()));
        assertThat(Files.readString(Path.of("..", "docs", "configuration.md")))
            .contains("(configuration/" + strand.name() + ".md)");
      }
    }
  }

  private static String page(String strand) throws IOException {
    return Files.readString(Path.of("..", "docs", "configuration", strand + ".md"));
  }

  private static String table(List<Setting> settings) {
    return settings.stream()
        .map(
            s ->
                "| `%s` | `%s` | %s | %s | %s |"
                    .formatted(
                        s.key(),
                        s.variable(),
                        s.fallback().isEmpty() ? "" : "`" + s.fallback() + "`",
                        s.allowed(),
                        s.about()))
        .collect(Collectors.joining("\n"));
  }
}
