package io.sennit.bench.harness;

/** Takes the outcome of one call; exactly one of its methods is called once for each call. */
public interface ReplyCallback {
  /** The reply, as an array that the peer will not touch again. Neither blocks nor throws. */
  void onReply(byte[] reply);

  /** The call failed. */
  void onError(Throwable failure);
}
