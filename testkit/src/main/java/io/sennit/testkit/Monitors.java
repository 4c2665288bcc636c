package io.sennit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.MonitorInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds {@code synchronized} blocks, which only the byte code shows. */
public final class Monitors {
  private Monitors() {}

  /** The methods of a class file that enter a monitor, as {@code Class.method}. */
  public static List<String> in(byte[] classFile) {
    var found = new ArrayList<String>();
    var model = ClassFile.of().parse(classFile);
    var owner = model.thisClass().asInternalName().replace('/', '.');
    for (var method : model.methods()) {
      method
          .code()
          .ifPresent(
              code -> {
                for (var element : code) {
                  if (element instanceof MonitorInstruction monitor
                      && monitor.opcode() == Opcode.MONITORENTER) {
                    found.add(owner + "." + method.methodName().stringValue());
                  }
                }
              });
    }
    return found;
  }

  /** The same for every {@code wire} and {@code engine} class below a folder of classes. */
  public static List<String> inPureRooms(Path classes) {
    var found = new ArrayList<String>();
    try (var files = Files.walk(classes)) {
      for (var file : (Iterable<Path>) files.sorted()::iterator) {
        var name = file.toString();
        if (name.endsWith(".class") && name.matches(".*/(wire|engine)/.*")) {
          found.addAll(in(Files.readAllBytes(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
