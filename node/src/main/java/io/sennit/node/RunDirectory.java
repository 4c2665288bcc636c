package io.sennit.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.ConfigException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the processes of one user on one machine say that they run, so that commands find them: one
 * small JSON file each, which only that user can read. Entries of processes that are gone are
 * ignored and removed by whoever looks. Any thread and any process may use it.
 */
public final class RunDirectory {
  /** The environment variable that names it. */
  public static final String ENV = "SENNIT_RUN_DIR";

  /** Instead of a folder: nothing is recorded. */
  static final String OFF = "off";

  private static final System.Logger LOG = System.getLogger(RunDirectory.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("(\\d{1,18})-\\d{1,5}\\.json(\\.tmp)?");
  private static final int MAX_ENTRIES = 10_000;
  private static final int MAX_BYTES = 64 << 10;

  /** The kernel's clock of process starts is coarse, and is shifted when the wall clock is set. */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  private final Path folder;
  private final boolean shared; // in a place where others could have put it before us

  private RunDirectory(Path folder, boolean shared) {
    this.folder = folder;
    this.shared = shared;
  }

  /** At a folder, which is made when it is first written to. */
  public static RunDirectory at(Path folder) {
    return new RunDirectory(folder.toAbsolutePath().normalize(), false);
  }

  /**
   * The usual one: {@value #ENV} if set, else {@code sennit} under {@code XDG_RUNTIME_DIR} if that
   * is set, else {@code sennit-USER} in the folder for temporary files. Empty where the variable
   * says {@code off}.
   *
   * @param environment the process's environment
   */
  public static Optional<RunDirectory> usual(Map<String, String> environment) {
    var told = environment.getOrDefault(ENV, "").strip();
    if (!told.isEmpty()) {
      return told.equals(OFF) ? Optional.empty() : Optional.of(at(Path.of(told)));
    }
    var runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isBlank()) {
      return Optional.of(at(Path.of(runtime.strip(), "sennit")));
    }
    var user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9._-]", "_");
    var folder = Path.of(System.getProperty("java.io.tmpdir", "."), "sennit-" + user);
    return Optional.of(new RunDirectory(folder.toAbsolutePath().normalize(), true));
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /**
   * The processes that run, by name and address; entries of others are removed on the way.
   *
   * @throws ConfigException if the folder belongs to somebody else
   */
  public List<RunningProcess> list() {
    var found = new ArrayList<RunningProcess>();
    try {
      if (!Files.isDirectory(folder)) {
        return List.of();
      }
      checkOwner();
      try (var files = Files.newDirectoryStream(folder)) {
        int seen = 0;
        for (var file : files) {
          if (++seen > MAX_ENTRIES) {
            break;
          }
          look(file).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new ConfigException(ENV, folder.toString(), "a folder that can be read (" + e + ")");
    }
    found.sort(Comparator.comparing(RunningProcess::name).thenComparing(RunningProcess::at));
    return List.copyOf(found);
  }

  private static Optional<RunningProcess> look(Path file) throws IOException {
    var name = NAME.matcher(file.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    long pid = Long.parseLong(name.group(1));
    var process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      Files.deleteIfExists(file);
      return Optional.empty();
    }
    if (name.group(2) != null) {
      return Optional.empty(); // being written
    }
    var entry = read(file);
    if (entry.isPresent() && entry.get().pid() == pid && isSame(process.get(), entry.get())) {
      return entry;
    }
    Files.deleteIfExists(file); // its number was given to another process, or it says nonsense
    return Optional.empty();
  }

  private static boolean isSame(ProcessHandle process, RunningProcess entry) {
    var start = process.info().startInstant();
    return start.isEmpty()
        || Duration.between(start.get(), entry.started()).abs().compareTo(SAME_START) <= 0;
  }

  private static Optional<RunningProcess> read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      var json = JSON.readTree(Files.readAllBytes(file));
      var host = json.path("host").asText();
      if (!host.contains("://")) {
        return Optional.empty();
      }
      var key = json.path("key_file").asText();
      return Optional.of(
          new RunningProcess(
              json.path("pid").asLong(),
              Instant.parse(json.path("started").asText()),
              json.path("cluster").asText(),
              json.path("name").asText(),
              host,
              key.isEmpty() ? Optional.empty() : Optional.of(Path.of(key))));
    } catch (IOException | DateTimeException | java.nio.file.InvalidPathException e) {
      return Optional.empty(); // gone meanwhile, or no entry of ours
    }
  }

  /**
   * Writes an entry, whole or not at all.
   *
   * @throws IOException if the folder cannot be made or written to, or is somebody else's
   */
  void enter(RunningProcess process) throws IOException {
    makeFolder();
    list(); // who comes in sweeps, so that entries of the killed do not pile up
    var json = JSON.createObjectNode();
    json.put("pid", process.pid());
    json.put("started", process.started().toString());
    json.put("cluster", process.cluster());
    json.put("name", process.name());
    json.put("host", process.host());
    json.put("address", process.at());
    process.keyFile().ifPresent(f -> json.put("key_file", f.toString()));
    var file = file(process);
    var draft = file.resolveSibling(file.getFileName() + ".tmp");
    Files.deleteIfExists(draft);
    var options = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try (var out = Files.newByteChannel(draft, options, only("rw-------"))) {
      var bytes = java.nio.ByteBuffer.wrap(JSON.writeValueAsBytes(json));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes an entry back; harmless if it is gone. */
  void leave(RunningProcess process) {
    try {
      Files.deleteIfExists(file(process));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the entry in " + folder + " stays until somebody looks", e);
    }
  }

  private Path file(RunningProcess process) {
    var at = process.at();
    return folder.resolve(process.pid() + "-" + at.substring(at.lastIndexOf(':') + 1) + ".json");
  }

  private void makeFolder() throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    var parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      Files.createDirectory(folder, only("rwx------"));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** Whoever can write there could send our commands, and their tokens, to a process of his. */
  private void checkOwner() throws IOException {
    var me = ProcessHandle.current().info().user();
    if (!shared || me.isEmpty() || !isPosix()) {
      return;
    }
    try {
      var owner = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
      var rights =
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
      boolean writable = rights.charAt(4) == 'w' || rights.charAt(7) == 'w';
      if (!owner.equals(me.get()) || writable || Files.isSymbolicLink(folder)) {
        throw new ConfigException(
            ENV,
            folder + " (" + rights + " of " + owner + ")",
            "a folder of your own that only you can write to");
      }
    } catch (NoSuchFileException e) {
      // removed meanwhile: nothing is there to be trusted
    }
  }

  private static FileAttribute<?>[] only(String rights) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix() {
    return java.nio.file.FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
