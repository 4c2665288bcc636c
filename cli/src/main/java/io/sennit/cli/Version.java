package io.sennit.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the jar's manifest. */
final class Version implements IVersionProvider {
  /** This build's version. */
  static String text() {
    var version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "sennit " + text() + ", Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }
}
