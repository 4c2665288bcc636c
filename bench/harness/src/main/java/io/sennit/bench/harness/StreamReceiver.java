package io.sennit.bench.harness;

/** Takes the items of one stream, one at a time and in order. */
public interface StreamReceiver {
  /** The next item, as an array that the peer will not touch again. Neither blocks nor throws. */
  void onItem(byte[] item);

  /** The stream ended well. */
  void onEnd();

  /** The stream broke. */
  void onError(Throwable failure);
}
