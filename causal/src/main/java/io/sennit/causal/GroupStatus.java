package io.sennit.causal;

import java.time.Duration;
import java.util.List;

/**
 * How a group stands at one member.
 *
 * @param group its name
 * @param me this member's name
 * @param running whether its store is open and read
 * @param published operations published here since the start
 * @param durable operations that are durable here, of all time
 * @param stable those of them that every member has said it has
 * @param backlog bytes taken in and not yet durable
 * @param deferred operations that wait for others
 * @param deferredBytes bytes they hold
 * @param oldestDeferred how long the oldest of them waits
 * @param logRecords operations kept for members that may need them
 * @param logBytes bytes they hold
 * @param duplicates operations that came again, and were dropped
 * @param refused links ended for what came on them
 * @param asked times a gap was asked for
 * @param reopened times the store failed
 * @param origins lives of members in its clock
 * @param members the other members, in the order of their names
 */
public record GroupStatus(
    String group,
    String me,
    boolean running,
    long published,
    long durable,
    long stable,
    long backlog,
    int deferred,
    long deferredBytes,
    Duration oldestDeferred,
    long logRecords,
    long logBytes,
    long duplicates,
    long refused,
    long asked,
    long reopened,
    int origins,
    List<MemberStatus> members) {

  /**
   * Another member, as far as this one knows.
   *
   * @param name its name
   * @param connected whether there is a link to it
   * @param sent operations sent to it
   * @param received operations that came from it
   * @param acknowledged operations it has said are durable there, of all time
   * @param lag operations that are durable here and, as far as it said, not there
   * @param behind whether it lacks what is no longer in the log here
   */
  public record MemberStatus(
      String name,
      boolean connected,
      long sent,
      long received,
      long acknowledged,
      long lag,
      boolean behind) {}
}
