package io.sennit.cli.demo.grid;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.cli.demo.Rules;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A folder made of every kind of file that people have, with what the rules say of each. */
public final class EveryKind {
  /** That a file is searched. */
  static final String TEXT = "";

  private final Path dir;
  private final Map<String, String> verdicts = new LinkedHashMap<>();

  private EveryKind(Path dir) {
    this.dir = dir;
  }

  /** Fills a folder; path and verdict of each entry. */
  public static Map<String, String> in(Path dir) throws Exception {
    var kinds = new EveryKind(dir.toRealPath());
    kinds.texts();
    kinds.noTexts();
    kinds.noFiles();
    return kinds.verdicts;
  }

  private void texts() throws IOException {
    text("plain.txt", "common alpha\nbeta common\n");
    text("no-end", "common at the end");
    text("crlf", "common\r\nalpha\r\n\r\ncommon\r\n");
    text("lone-cr", "common\rcommon\rcommon\ncommon\r");
    text("only-ends", "\n\n\n");
    text("bom", "\ufeffcommon\n");
    text("-e", "common in a file whose name is an option\n");
    text("spaces and 'quotes'\n and a line end", "common\n");
    text("late-nul", "common\n".repeat(2000) + "common \0 common\n\0\n");
    text("control", "common \u0001\u001b[31m\u007f \ud83d\ude00 \ufffd \uffff\n");
    text("edge-line", "x".repeat(Rules.MAX_LINE - 6) + "common\ncommon\n");
    text("edge-line-no-end", "common" + "x".repeat(Rules.MAX_LINE - 6));
    for (int before = Rules.SHOWN - 3; before <= Rules.SHOWN; before++) {
      text("emoji-at-" + before, "x".repeat(before) + "\ud83d\ude00\ud83d\ude00 common\n");
      text("wide-at-" + before, "世".repeat(before) + "\ud83d\ude00é common\n");
    }
    text("deep/" + "d/".repeat(60) + "file", "common deep\n");
    text("a/target.txt", "common, though its name begins like a build folder\n");
    text("a.b", "common: sorts between the folder a and what is in it\n");
    text("big", ("common line of a file too large to be held\n").repeat((33 << 20) / 43 + 1));
  }

  private void noTexts() throws IOException {
    bytes("empty", Rules.EMPTY, new byte[0]);
    bytes("photo.png", Rules.BINARY, png());
    bytes(
        "page.pdf", Rules.NOT_UTF8, "%PDF-1.7\n%\u00e2\u00e3\u00cf\ncommon\n".getBytes(ISO_8859_1));
    bytes("module.pyc", Rules.BINARY, "\u00cb\r\r\n\0\0common".getBytes(ISO_8859_1));
    bytes("utf16", Rules.BINARY, "common\n".getBytes(UTF_16LE));
    bytes("latin1", Rules.NOT_UTF8, "common caf\u00e9\n".getBytes(ISO_8859_1));
    bytes("bad-line-then-nul", Rules.BINARY, new byte[] {(byte) 0xff, '\n', 0});
    bytes("cut-character", Rules.NOT_UTF8, new byte[] {'a', (byte) 0xe4, (byte) 0xb8});
    bytes("cut-by-line", Rules.NOT_UTF8, new byte[] {(byte) 0xe4, (byte) 0xb8, '\n', (byte) 0x96});
    bytes("surrogate", Rules.NOT_UTF8, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
    bytes("overlong", Rules.NOT_UTF8, new byte[] {(byte) 0xc0, (byte) 0xaf, '\n'});
    bytes("overlong-3", Rules.NOT_UTF8, new byte[] {(byte) 0xe0, (byte) 0x9f, (byte) 0xbf});
    bytes("too-high", Rules.NOT_UTF8, new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, -128});
    bytes("stray", Rules.NOT_UTF8, new byte[] {'a', (byte) 0x80, '\n'});
    bytes("minified.js", Rules.LONG_LINE, "var common=1;".repeat(90_000).getBytes(UTF_8));
    bytes("edge-line+1", Rules.LONG_LINE, "x".repeat(Rules.MAX_LINE + 1).getBytes(UTF_8));
    bytes("late-long", Rules.LONG_LINE, ("a\n" + "x".repeat(2 << 20) + "\nb").getBytes(UTF_8));
    var both = ("\u00e9\n" + "x".repeat(2 << 20)).getBytes(ISO_8859_1);
    bytes("malformed-and-long", Rules.LONG_LINE, both);
    sparse("sparse", 64L << 20, Rules.BINARY);
    sparse("huge", Rules.MAX_FILE + 1, Rules.TOO_LARGE);
  }

  private void noFiles() throws Exception {
    link("loop", dir);
    link("nowhere", dir.resolve("missing"));
    link("to-text", dir.resolve("plain.txt"));
    for (var name : new String[] {".git", "target", "node_modules", "a/.hidden"}) {
      Files.writeString(Files.createDirectories(dir.resolve(name)).resolve("x"), "common\n");
      verdicts.put(dir.resolve(name).toString(), Rules.FOLDER);
    }
    Files.createDirectory(dir.resolve("empty-folder"));
    shell("mkfifo pipe");
    verdicts.put(dir.resolve("pipe").toString(), Rules.SPECIAL);
    shell("echo common >\"$(printf '\\377\\376')\"; mkdir \"$(printf 'f\\351e')\"");
    shell("echo common >\"$(printf 'f\\351e')/inside\"");
    verdicts.put(dir + "/\ufffd\ufffd", Rules.NAME);
    verdicts.put(dir + "/f\ufffde", Rules.NAME);
  }

  private void text(String name, String text) throws IOException {
    bytes(name, TEXT, text.getBytes(UTF_8));
  }

  private void bytes(String name, String verdict, byte[] bytes) throws IOException {
    var path = dir.resolve(name);
    Files.createDirectories(path.resolveSibling("."));
    Files.write(path, bytes);
    verdicts.put(path.toString(), verdict);
  }

  private void sparse(String name, long length, String verdict) throws IOException {
    try (var file = new RandomAccessFile(dir.resolve(name).toFile(), "rw")) {
      file.setLength(length); // takes no room
    }
    verdicts.put(dir.resolve(name).toString(), verdict);
  }

  private void link(String name, Path to) throws IOException {
    Files.createSymbolicLink(dir.resolve(name), to);
    verdicts.put(dir.resolve(name).toString(), Rules.LINK);
  }

  private void shell(String command) throws Exception {
    var shell = new ProcessBuilder("sh", "-c", command).directory(dir.toFile()).start();
    if (shell.waitFor() != 0) {
      throw new IOException(command + ": " + shell.exitValue());
    }
  }

  private static byte[] png() {
    var bytes = Arrays.copyOf("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR".getBytes(ISO_8859_1), 900);
    return bytes;
  }
}
