package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Membership;
import io.sennit.mesh.engine.Roster;
import io.sennit.mesh.wire.MapCodec;
import io.sennit.mesh.wire.MemberRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members as this node sees them: one immutable picture, replaced with each change. Written by
 * the loop, read by any thread without a lock.
 */
final class Members implements Membership {
  private record Picture(View view, Map<Address, NodeEntry> byAddress) {}

  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<Address> told;
  private volatile Picture picture = new Picture(new View(0, List.of()), Map.of());

  /**
   * Empty.
   *
   * @param told members that the configuration names: listed until they are found
   */
  Members(List<Address> told) {
    this.told = told;
  }

  private record Listener(Loop loop, Consumer<View> changed) {}

  /** The present members, in the order of their addresses; on the mesh's loop. */
  void replace(List<Roster.Entry> entries, long selfUid) {
    var sorted = new TreeMap<Address, NodeEntry>(Comparator.comparing(Address::toString));
    var directories = new java.util.HashSet<String>();
    for (var entry : entries) {
      boolean present =
          entry.state() == Roster.State.ALIVE || entry.state() == Roster.State.SUSPECT;
      if (entry.member().directory()) {
        directories.add(entry.member().address());
      }
      if (present && !entry.member().directory()) {
        var node = toNode(entry, selfUid);
        if (node != null) {
          sorted.put(node.address(), node);
        }
      }
    }
    var members = new ArrayList<Member>();
    for (var node : sorted.values()) {
      members.add(
          new Member(node.address(), Optional.of(node.incarnation()), node.presence(), tags(node)));
    }
    for (var address : told) {
      if (!sorted.containsKey(address) && !directories.contains(address.toString())) {
        members.add(Member.listed(address));
      }
    }
    members.sort(Comparator.comparing(member -> member.address().toString()));
    var now = new View(picture.view().version() + 1, members);
    if (now.members().equals(picture.view().members())) {
      picture = new Picture(picture.view(), new LinkedHashMap<>(sorted));
      return;
    }
    picture = new Picture(now, new LinkedHashMap<>(sorted));
    for (var listener : listeners) {
      listener.loop().execute(() -> tell(listener, now));
    }
  }

  private void tell(Listener listener, View view) {
    if (listeners.contains(listener)) {
      listener.changed().accept(view);
    }
  }

  private static Map<String, String> tags(NodeEntry node) {
    var tags = new TreeMap<String, String>();
    tags.put("role", node.role());
    tags.put("type", node.type());
    tags.put("status", node.status().name());
    if (!node.host().isEmpty()) {
      tags.put("host", node.host());
    }
    if (!node.zone().isEmpty()) {
      tags.put("zone", node.zone());
    }
    if (!node.publicAddress().isEmpty()) {
      tags.put("public", node.publicAddress());
    }
    return tags;
  }

  /** Null for one that names itself in a way nobody can use. */
  static @Nullable NodeEntry toNode(Roster.Entry entry, long selfUid) {
    MemberRecord member = entry.member();
    try {
      return new NodeEntry(
          Address.parse(member.address()),
          member.host(),
          member.publicAddress(),
          new Incarnation(member.life(), member.uid()),
          member.role(),
          member.type(),
          member.zone(),
          NodeStatus.of(member.status()),
          entry.state() == Roster.State.SUSPECT ? Presence.SUSPECT : Presence.ALIVE,
          entry.why(),
          member.values().length == 0 ? Map.of() : MapCodec.decode(member.values()),
          member.uid() == selfUid);
    } catch (ProtocolException | io.sennit.core.ConfigException _) {
      return null;
    }
  }

  List<NodeEntry> all() {
    return List.copyOf(picture.byAddress().values());
  }

  Optional<NodeEntry> at(Address address) {
    return Optional.ofNullable(picture.byAddress().get(address));
  }

  @Override
  public View view() {
    return picture.view();
  }

  @Override
  public Watch listen(Loop loop, Consumer<View> changed) {
    var listener = new Listener(loop, changed);
    listeners.add(listener);
    loop.execute(() -> tell(listener, view()));
    return () -> listeners.remove(listener);
  }
}
