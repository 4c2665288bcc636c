package io.sennit.mesh.wire;

/**
 * What a member says of itself (docs/protocol/mesh.md, section 11). It alone changes it; others may
 * only say that one version of it is suspected or dead.
 *
 * @param uid random for each start of the process
 * @param life when the process started, in milliseconds, or later: the number of its incarnation
 * @param refutations raised by the member when others doubt it
 * @param version raised by the member with each change
 * @param address where its datagrams are received, {@code host:port}
 * @param host how the grid names it, empty if it has no grid
 * @param publicAddress where clients reach it, empty if nowhere
 * @param role what it speaks with clients
 * @param type what the application calls it
 * @param zone where it stands
 * @param status 1 online, 2 offline, 3 taken
 * @param directory whether it only keeps the list of members
 * @param values a map in {@link MapCodec}'s bytes; empty for none
 */
public record MemberRecord(
    long uid,
    long life,
    int refutations,
    long version,
    String address,
    String host,
    String publicAddress,
    String role,
    String type,
    String zone,
    int status,
    boolean directory,
    byte[] values) {
  /** Bytes of the longest record. */
  public static final int MAX = 24 * 1024;

  private static final int MAX_TEXT = 300;

  /** Bytes of its values at most. */
  public static final int MAX_VALUES = 22 * 1024;

  void write(WireWriter out) {
    out.u64(uid).u48(life).varint(refutations).varint(version);
    out.text(address).text(host).text(publicAddress).text(role).text(type).text(zone);
    out.u8(status).u8(directory ? 1 : 0).block(values);
  }

  static MemberRecord read(WireReader in) {
    long uid = in.u64("uid");
    long life = in.u48("life");
    if (life == 0) {
      throw in.bad("life", "a positive number");
    }
    int refutations = in.count("refutations", Integer.MAX_VALUE);
    long version = in.varint("version", Long.MAX_VALUE);
    var address = in.text("address", MAX_TEXT);
    var host = in.text("host", MAX_TEXT);
    var publicAddress = in.text("public address", MAX_TEXT);
    var role = in.text("role", MAX_TEXT);
    var type = in.text("type", MAX_TEXT);
    var zone = in.text("zone", MAX_TEXT);
    int status = in.u8("status");
    if (status < 1 || status > 3) {
      throw in.bad("status", status + ", not 1 to 3");
    }
    int flags = in.u8("flags");
    return new MemberRecord(
        uid,
        life,
        refutations,
        version,
        address,
        host,
        publicAddress,
        role,
        type,
        zone,
        status,
        (flags & 1) != 0,
        in.block("values", MAX_VALUES));
  }

  /** Whether this is a later version of the same process's record. */
  public boolean isNewerThan(MemberRecord other) {
    if (life != other.life) {
      return life > other.life;
    }
    return refutations != other.refutations
        ? refutations > other.refutations
        : version > other.version;
  }

  /** The same in another life. */
  public MemberRecord withLife(long number) {
    return new MemberRecord(
        uid,
        number,
        refutations,
        version,
        address,
        host,
        publicAddress,
        role,
        type,
        zone,
        status,
        directory,
        values);
  }

  /** The same, doubted by nobody. */
  public MemberRecord refuted(int above) {
    return new MemberRecord(
        uid,
        life,
        above + 1,
        version,
        address,
        host,
        publicAddress,
        role,
        type,
        zone,
        status,
        directory,
        values);
  }

  /** The next version. */
  public MemberRecord changed(
      String publicAddress, String role, String type, int status, byte[] values) {
    return new MemberRecord(
        uid,
        life,
        refutations,
        version + 1,
        address,
        host,
        publicAddress,
        role,
        type,
        zone,
        status,
        directory,
        values);
  }
}
