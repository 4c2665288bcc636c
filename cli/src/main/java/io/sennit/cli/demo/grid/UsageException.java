package io.sennit.cli.demo.grid;

/** What was asked for makes no sense; said in one sentence, exit code 2. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String sentence) {
    super(sentence);
  }
}
