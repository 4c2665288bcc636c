package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.Deadline;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Runner;
import io.sennit.mesh.wire.Envelope;
import io.sennit.mesh.wire.MapCodec;
import io.sennit.mesh.wire.MemberRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Who is here, and how do I reach them: commands and requests to other nodes over encrypted
 * datagrams, reliable or not. Blocking methods are for virtual threads; each has a twin whose name
 * ends in {@code Async}. Any thread may call anything here. The protocol is in
 * docs/protocol/mesh.md.
 */
public final class Mesh implements AutoCloseable {
  /**
   * Bytes of the longest message.
   *
   * <p>seed: MaxMessageSize
   */
  public static final int MAX_MESSAGE_SIZE = 10_000_000;

  /**
   * Bytes of the longest packet, header and tag included.
   *
   * <p>seed: MaxPacketSize
   */
  public static final int MAX_PACKET_SIZE = 1400;

  /**
   * Bytes of a part of a message that does not fit into one packet.
   *
   * <p>seed: MaxSize
   */
  public static final int MAX_SIZE = 1300;

  /** Bytes of the longest message that may be lost: 64 parts. */
  public static final int MAX_UNRELIABLE_SIZE = 64 * MAX_SIZE;

  /**
   * Without effect here; kept for those who name it.
   *
   * <p>seed: Shrink
   */
  public static final int SHRINK = 10;

  private static final int RESERVED_FROM = 1000;
  private static final int HEALTH = 1020;
  private static final Duration MOST_START = Duration.ofSeconds(10);

  private final Runner runner;
  private final Duration requestTimeout;
  private final Engine engine;

  private Mesh(MeshBuilder from) {
    runner = from.runnerOrFabrics();
    requestTimeout = from.requestTimeout;
    engine = new Engine(from, runner);
  }

  /** Begins one. */
  public static MeshBuilder builder(Fabric fabric) {
    return new MeshBuilder(fabric);
  }

  static Mesh start(MeshBuilder from) {
    var mesh = new Mesh(from);
    try {
      Waits.join(mesh.runner, mesh.engine.start(MOST_START));
      return mesh;
    } catch (SennitException e) {
      mesh.close();
      throw e;
    }
  }

  // ---- the own node

  /**
   * Where this node is reached by others.
   *
   * <p>seed: GetMyEndPoint
   */
  public Address address() {
    return engine.address();
  }

  /** Which life of the process this is, as peers know it. */
  public Incarnation incarnation() {
    return engine.life();
  }

  private NodeEntry own() {
    return engine
        .members()
        .at(address())
        .orElseThrow(() -> new IllegalStateException("a guest has no entry of its own"));
  }

  /**
   * Where clients reach this node; empty if nowhere.
   *
   * <p>seed: GetMyNodeEndPoint
   */
  public String publicAddress() {
    return own().publicAddress();
  }

  /**
   * Sets where clients reach this node; all members are told.
   *
   * <p>seed: SetEndPoint
   */
  public void setPublicAddress(String address) {
    engine.change(m -> m.changed(address, m.role(), m.type(), m.status(), m.values()));
  }

  /**
   * What this node speaks with clients.
   *
   * <p>seed: GetNodeRole
   */
  public String role() {
    return own().role();
  }

  /**
   * Sets what this node speaks with clients.
   *
   * <p>seed: SetNodeRole
   */
  public void setRole(String role) {
    engine.change(m -> m.changed(m.publicAddress(), role, m.type(), m.status(), m.values()));
  }

  /**
   * What the application calls nodes of this kind.
   *
   * <p>seed: GetMyNodeType, GetNodeType
   */
  public String type() {
    return own().type();
  }

  /**
   * Sets what the application calls nodes of this kind.
   *
   * <p>seed: SetNodeType
   */
  public void setType(String type) {
    engine.change(m -> m.changed(m.publicAddress(), m.role(), type, m.status(), m.values()));
  }

  /** Whether this node takes new clients. */
  public NodeStatus status() {
    return own().status();
  }

  /**
   * Sets whether this node takes new clients; all members are told at once.
   *
   * <p>seed: SetStatus
   */
  public void setStatus(NodeStatus status) {
    engine.change(
        m -> m.changed(m.publicAddress(), m.role(), m.type(), status.number(), m.values()));
  }

  /**
   * Sets something this node says of itself; all members are told.
   *
   * <p>seed: SetNodeValue
   *
   * @param value as in {@link MeshData}; null takes it back
   * @throws IllegalArgumentException if it cannot be sent, or all values together are too long
   */
  public void setValue(String name, @Nullable Object value) {
    var one = new java.util.LinkedHashMap<String, @Nullable Object>();
    one.put(name, value);
    if (MapCodec.encode(one).length > MemberRecord.MAX_VALUES / 2) {
      throw new IllegalArgumentException(
          "'" + name + "' takes more than " + MemberRecord.MAX_VALUES / 2 + " bytes");
    }
    engine.change(
        m -> {
          var values =
              m.values().length == 0
                  ? new java.util.LinkedHashMap<String, @Nullable Object>()
                  : MapCodec.decode(m.values());
          if (value == null) {
            values.remove(name);
          } else {
            values.put(name, value);
          }
          var bytes = MapCodec.encode(values);
          return bytes.length > MemberRecord.MAX_VALUES
              ? m
              : m.changed(m.publicAddress(), m.role(), m.type(), m.status(), bytes);
        });
  }

  /**
   * Something this node says of itself.
   *
   * <p>seed: GetMyNodeValue
   */
  public Optional<Object> value(String name) {
    return Optional.ofNullable(own().values().get(name));
  }

  // ---- the members

  /** Who is around, for other strands. */
  public Membership membership() {
    return engine.members();
  }

  /** All members, this node among them, in the order of their addresses. */
  public List<NodeEntry> nodes() {
    return engine.members().all();
  }

  /**
   * The member at an address, or whose clients' address it is.
   *
   * <p>seed: GetNode, GetNodeByEndPoint
   */
  public Optional<NodeEntry> node(Address at) {
    return engine
        .members()
        .at(at)
        .or(
            () ->
                nodes().stream()
                    .filter(node -> node.publicAddress().equals(at.toString()))
                    .findFirst());
  }

  private List<Address> addresses(java.util.function.Predicate<NodeEntry> wanted) {
    return nodes().stream().filter(wanted).map(NodeEntry::address).toList();
  }

  /**
   * All addresses except some, in their order.
   *
   * <p>seed: GetNodeAddresses
   */
  public List<Address> addresses(Address... ignored) {
    var without = List.of(ignored);
    return addresses(node -> !without.contains(node.address()));
  }

  /**
   * Addresses of a role.
   *
   * <p>seed: GetNodeAddressesByRole
   */
  public List<Address> addressesByRole(String role) {
    return addresses(node -> node.role().equals(role));
  }

  /**
   * Addresses of a type, offline and taken ones too.
   *
   * <p>seed: GetNodeAddressesByType
   */
  public List<Address> addressesByType(String type) {
    return addresses(node -> node.type().equals(type));
  }

  /**
   * All types there are, in their order.
   *
   * <p>seed: GetNodeTypes
   */
  public List<String> types() {
    return nodes().stream().map(NodeEntry::type).distinct().sorted().toList();
  }

  /**
   * A member of a type by chance, online and not doubted.
   *
   * <p>seed: GetRandomNodeAddressByType
   */
  public Optional<Address> random(String type) {
    return anyOf(node -> node.type().equals(type));
  }

  /**
   * Another member of this node's type by chance, online and not doubted.
   *
   * <p>seed: GetSiblingNodeAddress
   */
  public Optional<Address> sibling() {
    var type = type();
    return anyOf(node -> !node.self() && node.type().equals(type));
  }

  private Optional<Address> anyOf(java.util.function.Predicate<NodeEntry> wanted) {
    var all =
        nodes().stream()
            .filter(wanted)
            .filter(node -> node.status() == NodeStatus.ONLINE)
            .filter(node -> node.presence() == Membership.Presence.ALIVE)
            .toList();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(
            all.get(java.util.concurrent.ThreadLocalRandom.current().nextInt(all.size()))
                .address());
  }

  /**
   * Whether a member is known and not offline.
   *
   * <p>seed: IsNodeOnline
   */
  public boolean isOnline(Address at) {
    return node(at).map(node -> node.status() != NodeStatus.OFFLINE).orElse(false);
  }

  /**
   * Whether a member is offline or not known.
   *
   * <p>seed: IsNodeOffline
   */
  public boolean isOffline(Address at) {
    return !isOnline(at);
  }

  /**
   * Whether a member takes no new clients.
   *
   * <p>seed: IsNodeTaken
   */
  public boolean isTaken(Address at) {
    return node(at).map(node -> node.status() == NodeStatus.TAKEN).orElse(false);
  }

  /**
   * Where clients reach a member; empty if unknown.
   *
   * <p>seed: GetNodeEndPoint
   */
  public String publicAddress(Address at) {
    return node(at).map(NodeEntry::publicAddress).orElse("");
  }

  /**
   * The address of the member that clients reach at an address.
   *
   * <p>seed: GetNodeMeshEndpoint
   */
  public Optional<Address> meshAddress(String publicAddress) {
    return nodes().stream()
        .filter(node -> node.publicAddress().equals(publicAddress))
        .map(NodeEntry::address)
        .findFirst();
  }

  /**
   * What a member speaks with clients; empty if unknown.
   *
   * <p>seed: GetNodeRoleByAddress
   */
  public String role(Address at) {
    return node(at).map(NodeEntry::role).orElse("");
  }

  /**
   * What the application calls a member; empty if unknown.
   *
   * <p>seed: GetNodeTypeByAddress
   */
  public String type(Address at) {
    return node(at).map(NodeEntry::type).orElse("");
  }

  /**
   * The role of members of a type: any of them decides, and HTTP, TCP and UDP are their own; empty
   * if unknown.
   *
   * <p>seed: GetNodeRoleByType
   */
  public String roleByType(String type) {
    return nodes().stream()
        .filter(node -> node.type().equals(type))
        .map(NodeEntry::role)
        .findFirst()
        .orElseGet(
            () -> List.of(NodeRoles.HTTP, NodeRoles.TCP, NodeRoles.UDP).contains(type) ? type : "");
  }

  /**
   * Something a member says of itself.
   *
   * <p>seed: GetNodeValue
   */
  public Optional<Object> value(Address at, String name) {
    return node(at).map(node -> node.values().get(name));
  }

  /**
   * All a member says of itself; empty if unknown.
   *
   * <p>seed: GetNodeValues
   */
  public Map<String, @Nullable Object> values(Address at) {
    return node(at).map(NodeEntry::values).orElse(Map.of());
  }

  /**
   * Members whose clients' host differs from this node's; those without one are left out.
   *
   * <p>seed: GetNodesWithDifferentPublicAddr
   */
  public List<Address> nodesWithDifferentPublicAddress() {
    var mine = hostOf(publicAddress());
    return addresses(
        node -> !node.publicAddress().isEmpty() && !hostOf(node.publicAddress()).equals(mine));
  }

  private static String hostOf(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  /**
   * Whether this node is not offline.
   *
   * <p>seed: IsMyNodeOnline
   */
  public boolean isOnline() {
    return status() != NodeStatus.OFFLINE;
  }

  /**
   * Whether this node is offline.
   *
   * <p>seed: IsMyNodeOffline
   */
  public boolean isOffline() {
    return !isOnline();
  }

  /**
   * Whether this node takes no new clients.
   *
   * <p>seed: IsMyNodeTaken
   */
  public boolean isTaken() {
    return status() == NodeStatus.TAKEN;
  }

  /**
   * Tells changes of the membership from now on, one after the other, until the handle is closed.
   * Called on a virtual thread.
   */
  public AutoCloseable watch(java.util.function.Consumer<? super MemberChange> watcher) {
    return engine.watchers().add(watcher);
  }

  // ---- handlers

  private static void check(int command) {
    if (command < 0 || command > 0xffff) {
      throw new IllegalArgumentException(command + ": an id from 0 to 65535");
    }
    if (command >= RESERVED_FROM && command <= RESERVED_FROM + 2 || command == HEALTH) {
      throw new IllegalArgumentException(command + " is an id of the mesh itself");
    }
  }

  /**
   * Adds a handler of a command: for what is sent with {@link #send} and asked with {@link
   * #request}. Several handlers of one id run in the order of their adding; the first that throws
   * ends the row, else the last answer that is not null counts. Commands of one sender and id are
   * handled one after the other, requests side by side.
   *
   * <p>seed: HandleCommand
   *
   * @param command 0 to 65535; up to 10000 are used by modules of the original
   */
  public void handleCommand(int command, MapHandler handler) {
    check(command);
    engine.dispatcher().addCommand(command, (data, _) -> handler.handle(MeshData.read(data)));
  }

  /**
   * Adds a handler whose answer is a map.
   *
   * <p>seed: Command
   *
   * @deprecated use {@link #handleCommand} and {@link MeshData#createReturnBytes}
   */
  @Deprecated
  public void command(
      int command,
      java.util.function.Function<
              Map<String, @Nullable Object>, @Nullable Map<String, ? extends @Nullable Object>>
          handler) {
    handleCommand(
        command,
        data -> {
          var answer = handler.apply(data);
          return answer == null ? null : MeshData.createReturnBytes(answer);
        });
  }

  /**
   * Adds a handler of a command that wants the bytes as they are.
   *
   * <p>seed: SetCommandHandler
   */
  public void setCommandHandler(int command, BytesHandler handler) {
    check(command);
    engine.dispatcher().addCommand(command, handler);
  }

  /**
   * Sets the one handler of a remote call.
   *
   * <p>seed: HandleRPC
   *
   * @return false, and nothing is set, if the id has one
   */
  public boolean handleRpc(int command, BytesHandler handler) {
    check(command);
    return engine.dispatcher().addRpc(command, handler);
  }

  /**
   * Whether an id has a handler of any kind.
   *
   * <p>seed: IsCommandDuplicate
   */
  public boolean isCommandDuplicate(int command) {
    return engine.dispatcher().isTaken(command);
  }

  // ---- sending

  private record Body(int codec, byte[] bytes) {}

  private static Body body(Object data) {
    var body =
        data instanceof byte[] bytes
            ? new Body(Envelope.RAW, bytes)
            : new Body(Envelope.MAP, MeshData.createSendBytes(data));
    if (body.bytes().length > MAX_MESSAGE_SIZE) {
      throw new IllegalArgumentException(
          body.bytes().length + " bytes of data, at most " + MAX_MESSAGE_SIZE);
    }
    return body;
  }

  private static RejectedException invalid(
      String operation, Address to, IllegalArgumentException why) {
    return new RejectedException(
        String.valueOf(why.getMessage()),
        new ErrorContext(
            to.toString(),
            operation,
            Duration.ZERO,
            Outcome.DID_NOT_RUN,
            "Send a map with texts as keys, a parcel, a record or bytes."),
        why);
  }

  /**
   * Sends data that arrives exactly once while both processes live. Returns when it is queued;
   * messages of one command to one node are handled in the order sent.
   *
   * <p>seed: Send
   *
   * @param data a map with texts as keys, a {@link Parcel}, a record, or bytes; at most {@value
   *     #MAX_MESSAGE_SIZE} bytes
   * @throws RejectedException if the data cannot be sent or too much waits for the peer
   * @throws UnhealthyException if the peer has not answered for a while
   */
  public void send(int command, Address to, Object data) {
    var queued = new CompletableFuture<@Nullable Void>();
    var unused = send(command, to, data, queued);
    Waits.join(runner, queued);
  }

  /**
   * The same; the future completes when the peer's transport has the whole message, or
   * exceptionally with what is known of it.
   */
  public CompletableFuture<@Nullable Void> sendAsync(int command, Address to, Object data) {
    return send(command, to, data, new CompletableFuture<>());
  }

  private CompletableFuture<@Nullable Void> send(
      int command, Address to, Object data, CompletableFuture<@Nullable Void> queued) {
    var operation = Operations.SEND + " " + command;
    var delivered = new CompletableFuture<@Nullable Void>();
    delivered.whenComplete(
        (_, why) -> {
          if (why != null) {
            queued.completeExceptionally(why);
          }
        });
    try {
      var body = body(data);
      var envelope = new Envelope.Command(command & 0xffff, body.codec(), body.bytes());
      engine.send(to, envelope, operation, queued, delivered);
    } catch (IllegalArgumentException e) {
      delivered.completeExceptionally(invalid(operation, to, e));
    }
    return delivered;
  }

  /**
   * Sends data that may be lost and is never doubled.
   *
   * <p>seed: USend
   *
   * @param data as for {@link #send}, at most {@value #MAX_UNRELIABLE_SIZE} bytes
   * @throws RejectedException if the data cannot be sent
   */
  public void usend(int command, Address to, Object data) {
    var operation = Operations.SEND + " unreliable " + command;
    try {
      var body = body(data);
      var envelope = new Envelope.Command(command & 0xffff, body.codec(), body.bytes());
      if (body.bytes().length > MAX_UNRELIABLE_SIZE - 16) {
        throw new IllegalArgumentException(
            body.bytes().length + " bytes, at most " + (MAX_UNRELIABLE_SIZE - 16) + " unreliably");
      }
      engine.usend(to, envelope);
    } catch (IllegalArgumentException e) {
      throw invalid(operation, to, e);
    }
  }

  /** Addresses of one message to many at most. */
  public static final int MAX_RECEIVERS = 4096;

  private static void checkMany(List<Address> to, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit of " + limit + ", at least 1");
    }
    if (to.size() > MAX_RECEIVERS) {
      throw new IllegalArgumentException(
          to.size() + " addresses, at most " + MAX_RECEIVERS + " at once");
    }
  }

  /**
   * Sends data to many through relays: each one sends to {@code limit} at most, and passes a share
   * of the others on to them. Everyone handles it once. Returns when it is under way.
   *
   * <p>seed: SendMany
   *
   * @param to distinct addresses, this node's among them or not; at most {@value #MAX_RECEIVERS}
   * @param limit 1 or more
   * @throws RejectedException if the data cannot be sent
   */
  public void sendMany(int command, List<Address> to, Object data, int limit) {
    var future = sendManyAsync(command, to, data, limit);
    if (future.isCompletedExceptionally()) {
      Waits.join(runner, future);
    }
  }

  /** The same; the future tells who was reached and who was not. */
  public CompletableFuture<FanOut> sendManyAsync(
      int command, List<Address> to, Object data, int limit) {
    var future = new CompletableFuture<FanOut>();
    try {
      checkMany(to, limit);
      var body = body(data);
      var envelope = new Envelope.Command(command & 0xffff, body.codec(), body.bytes());
      engine.sendMany(to, envelope, limit, true, future);
    } catch (IllegalArgumentException e) {
      future.completeExceptionally(invalid(Operations.SEND + " to many " + command, address(), e));
    }
    return future;
  }

  /**
   * Sends data to many through relays, without acknowledgements: a lost packet loses a share. With
   * a limit of all of them everyone is sent to directly.
   *
   * <p>seed: USendMany
   *
   * @throws RejectedException if the data cannot be sent
   */
  public void usendMany(int command, List<Address> to, Object data, int limit) {
    try {
      checkMany(to, limit);
      var body = body(data);
      if (body.bytes().length + 24 * to.size() > MAX_UNRELIABLE_SIZE - 64) {
        throw new IllegalArgumentException("too long to be sent unreliably");
      }
      var envelope = new Envelope.Command(command & 0xffff, body.codec(), body.bytes());
      engine.sendMany(to, envelope, limit, false, new CompletableFuture<>());
    } catch (IllegalArgumentException e) {
      throw invalid(Operations.SEND + " to many unreliable " + command, address(), e);
    }
  }

  /**
   * Asks the handlers of a command and waits for the answer.
   *
   * @return what the handlers answered; empty if that was nothing
   * @throws io.sennit.core.RemoteException with the handler's words
   * @throws io.sennit.core.DeadlineExceededException without an answer in time
   */
  public Map<String, @Nullable Object> request(
      int command, Address to, Object data, Within within) {
    return Waits.join(runner, requestAsync(command, to, data, within));
  }

  /** The same with the time that requests have by default, or that is left to the handler. */
  public Map<String, @Nullable Object> request(int command, Address to, Object data) {
    return request(command, to, data, defaultWithin());
  }

  /** The same without waiting. */
  public CompletableFuture<Map<String, @Nullable Object>> requestAsync(
      int command, Address to, Object data, Within within) {
    return ask(false, command, to, data, within).thenApply(MeshData::read);
  }

  /**
   * Asks the handlers of a command; the callback is called once, with an error or with the answer.
   *
   * <p>seed: SendRequest
   */
  public void sendRequest(
      int command,
      Address to,
      Object data,
      BiConsumer<@Nullable Throwable, Map<String, @Nullable Object>> callback) {
    requestAsync(command, to, data, defaultWithin())
        .whenComplete(
            (answer, thrown) -> {
              var why =
                  thrown instanceof java.util.concurrent.CompletionException e
                          && e.getCause() != null
                      ? e.getCause()
                      : thrown;
              runner.start(
                  "mesh answer " + command,
                  () -> callback.accept(why, why == null ? answer : Map.of()));
            });
  }

  /**
   * Asks the one handler of a remote call and waits for its answer, 3 s by default.
   *
   * <p>seed: SendRPC
   *
   * @throws io.sennit.core.RemoteException with the handler's words
   */
  public byte[] sendRpc(int command, Address to, byte[] data) {
    return sendRpc(command, to, data, defaultWithin());
  }

  /**
   * The same with a time of its own. Interrupting the thread cancels the call at the peer.
   *
   * <p>seed: SendRPCWithContext
   */
  public byte[] sendRpc(int command, Address to, byte[] data, Within within) {
    return Waits.join(runner, sendRpcAsync(command, to, data, within));
  }

  /** The same without waiting; cancelling the future tells the peer. */
  public CompletableFuture<byte[]> sendRpcAsync(
      int command, Address to, byte[] data, Within within) {
    return ask(true, command, to, data, within);
  }

  private CompletableFuture<byte[]> ask(
      boolean rpc, int command, Address to, Object data, Within within) {
    var operation = (rpc ? Operations.RPC : Operations.REQUEST) + " " + command;
    var future = new CompletableFuture<byte[]>();
    try {
      if (!rpc && !MeshData.validateDataType(data)) {
        throw new IllegalArgumentException(
            "data of " + data.getClass().getName() + " is neither a map nor a record");
      }
      var body = body(data);
      engine.ask(to, rpc, command & 0xffff, body.codec(), body.bytes(), within.nanos(), future);
    } catch (IllegalArgumentException e) {
      future.completeExceptionally(invalid(operation, to, e));
    }
    return future;
  }

  private Within defaultWithin() {
    long left = Deadline.current().map(Deadline::remainingNanos).orElse(requestTimeout.toNanos());
    return new Within(Duration.ofNanos(Math.max(1, left)));
  }

  /**
   * Whether a node answers: the round trip of its own health check.
   *
   * @throws SennitException if it does not
   */
  public Duration ping(Address to, Within within) {
    long begun = runner.nanoTime();
    Waits.join(runner, engine.ping(to, within.nanos()));
    return Duration.ofNanos(Math.max(1, runner.nanoTime() - begun));
  }

  // ---- insight

  /** Whether its socket works; does not wait. */
  public boolean isHealthy() {
    return engine.isHealthy();
  }

  /** What has happened, as of a moment ago, by name; does not wait. */
  public Map<String, Long> counts() {
    return engine.counts();
  }

  /** How each peer is reached now; on a thread that may wait. */
  public List<PeerState> peers() {
    return Waits.join(runner, engine.peers());
  }

  /**
   * How a peer is reached now.
   *
   * @param address where it is
   * @param connected whether there is a session
   * @param unanswered whether it is not asked at present because it did not answer
   * @param roundTrip how long an acknowledgement takes; zero: not measured
   * @param window packets that may be on their way
   * @param inFlight packets on their way
   * @param queuedBytes bytes of messages not yet acknowledged
   * @param loss share of the last packets that were lost, 0 to 1
   * @param packetSize bytes of the longest packet that the path takes
   */
  public record PeerState(
      Address address,
      boolean connected,
      boolean unanswered,
      Duration roundTrip,
      int window,
      int inFlight,
      long queuedBytes,
      double loss,
      int packetSize) {}

  /**
   * Waits until nothing is on its way and no handler runs.
   *
   * @return whether it came to that in time
   */
  public boolean awaitQuiet(Within within) {
    return Waits.join(runner, engine.awaitQuiet(within.nanos()));
  }

  /**
   * Ends it: says goodbye to peers, answers all that waits with a {@link
   * io.sennit.core.DisconnectedException}. Idempotent, returns within a second.
   */
  @Override
  public void close() {
    var closed = engine.close();
    if (runner.mayBlock()) {
      Waits.join(runner, closed);
    }
  }

  @Override
  public String toString() {
    return "Mesh[" + address() + "]";
  }
}
