package io.sennit.grid;

import io.sennit.core.ClusterKey;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Peer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bearer tokens from the cluster's key: an HMAC under a key derived for this purpose alone. They
 * show knowledge of the key; what keeps a recorded one from being used again is TLS, and the time
 * header beside it.
 */
final class ClusterTokens implements Authenticator {
  private static final String LABEL = "sennit grid token v1";

  private final String token;

  ClusterTokens(ClusterKey key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.derive(LABEL, 32), "HmacSHA256"));
      var proof = mac.doFinal("grid".getBytes(StandardCharsets.US_ASCII));
      token = "sennit1." + Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HmacSHA256", e);
    }
  }

  @Override
  public String token(String remote) {
    return token;
  }

  @Override
  public void check(String presented, Peer peer) {
    boolean same =
        MessageDigest.isEqual(
            token.getBytes(StandardCharsets.US_ASCII),
            presented.getBytes(StandardCharsets.US_ASCII));
    if (!same) {
      throw new RejectedException(
          presented.isEmpty() ? "no token" : "wrong token",
          ErrorContext.advice("Give all nodes the same cluster key."));
    }
  }
}
