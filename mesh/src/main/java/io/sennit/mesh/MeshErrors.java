package io.sennit.mesh;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.SennitException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells failures of the mesh apart: each method looks at the exception, at its causes and at what
 * was suppressed. Any thread.
 */
public final class MeshErrors {
  private static final int MOST = 100;

  private MeshErrors() {}

  /**
   * Whether a message could not be sent.
   *
   * <p>seed: IsSendError
   */
  public static boolean isSendError(@Nullable Throwable error) {
    return any(error, e -> e.operation().startsWith(Operations.SEND));
  }

  /**
   * Whether a request failed: invalid data, an error of the handler, the network.
   *
   * <p>seed: IsRequestError
   */
  public static boolean isRequestError(@Nullable Throwable error) {
    return any(error, MeshErrors::isRequest);
  }

  private static boolean isRequest(SennitException e) {
    return e.operation().startsWith(Operations.REQUEST) || e.operation().startsWith(Operations.RPC);
  }

  /**
   * Whether a request was not answered in time.
   *
   * <p>seed: IsRequestTimeoutError
   */
  public static boolean isRequestTimeoutError(@Nullable Throwable error) {
    return any(error, e -> e instanceof DeadlineExceededException && isRequest(e));
  }

  /**
   * Whether the peer, or this node, is not well.
   *
   * <p>seed: IsUnhealthyError
   */
  public static boolean isUnhealthyError(@Nullable Throwable error) {
    return any(error, e -> e instanceof UnhealthyException);
  }

  private static boolean any(@Nullable Throwable error, Predicate<SennitException> wanted) {
    return any(error, wanted, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private static boolean any(
      @Nullable Throwable error, Predicate<SennitException> wanted, Set<Throwable> seen) {
    var one = error;
    while (one != null && seen.size() < MOST && seen.add(one)) {
      if (one instanceof SennitException e && wanted.test(e)) {
        return true;
      }
      for (var suppressed : one.getSuppressed()) {
        if (any(suppressed, wanted, seen)) {
          return true;
        }
      }
      one = one.getCause();
    }
    return false;
  }
}
