package io.sennit.bench.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The process of a peer: {@code PeerMain server|client NAME}. It reads one command a line on
 * standard input and answers each with one JSON object a line on standard output; everything else
 * that is printed goes to standard error. When its input ends, so does it, at once.
 */
public final class PeerMain {
  private static final String END = "quit";

  private PeerMain() {}

  /** Runs until {@code quit} or the end of input. */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: PeerMain server|client NAME");
    }
    Peer peer = find(args[1]);
    BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    Thread.ofPlatform().name("commands").daemon().start(() -> read(commands));
    try (PeerSession session =
        args[0].equals("server") ? new ServerSession(peer) : new ClientSession(peer)) {
      answers.println(session.ready());
      answers.flush();
      for (String line = commands.take(); !line.equals(END); line = commands.take()) {
        answers.println(answer(session, line));
        answers.flush();
      }
    }
    System.exit(0); // a peer's library may have left threads that are not daemons
  }

  private static String answer(PeerSession session, String line) {
    try {
      return session.answer(line);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      return new JsonLine().put("error", e.toString()).toString();
    }
  }

  private static Peer find(String name) {
    return ServiceLoader.load(Peer.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(peer -> peer.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such peer here: " + name));
  }

  private static void read(BlockingQueue<String> commands) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
      }
    } catch (IOException e) {
      e.printStackTrace();
    }
    Runtime.getRuntime().halt(0); // the runner is gone; nothing here is worth an orderly end
  }
}
