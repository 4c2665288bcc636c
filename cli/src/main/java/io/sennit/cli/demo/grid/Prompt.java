package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Screen;

/** The tour goes on as a prompt. */
final class Prompt {
  private final Base base;
  private final Screen screen;

  Prompt(Base base, Screen screen) {
    this.base = base;
    this.screen = screen;
  }

  void run() {
    screen.line(base.cluster().size() + " workers");
  }
}
