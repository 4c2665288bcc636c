package io.sennit.causal.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.causal.Octets;
import io.sennit.causal.wire.Element;
import io.sennit.core.ProtocolException;
import io.sennit.core.StorageException;
import io.sennit.testkit.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The original's OR-Set: its ten functions and its file. */
class TagSetTest {
  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void place() {
    file = folder.resolve("set.log");
  }

  private static Octets of(String text) {
    return Octets.utf8(text);
  }

  private TagSet load(String text) throws IOException {
    Files.writeString(file, text);
    return TagSet.load(file);
  }

  @Test
  @Row({"C-ORSet", "C-InitORSet", "C-Lookup", "C-S-lookup"})
  void aNewSetIsEmpty() {
    var set = TagSet.inMemory();
    assertThat(set.values()).isEmpty();
    var values = List.of("5", "abc", "", "ünï", "\ud83d\ude00", " ", "a;b", "a|b");
    for (var value : values) {
      assertThat(set.contains(of(value))).isFalse();
      set.add(of(value));
      assertThat(set.contains(of(value))).isTrue();
    }
    assertThatThrownBy(set::writeToFile).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Row({"C-InitORSetWithFile", "C-S-set-new-file"})
  void aNewFileIsEmptyAndItsOwners() throws IOException {
    Files.writeString(file, "YQ==;t");
    TagSet.create(file);
    assertThat(file).isEmptyFile();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  @Row({"C-InitORSetFromFile", "C-S-set-load", "C-V-set-files"})
  void aFileIsReadAsTheOriginalDoes() throws IOException {
    assertThat(load("").values()).isEmpty();
    var odd = load(";\n");
    assertThat(odd.values()).containsExactly(Octets.EMPTY);
    assertThat(odd.tagsOf(Octets.EMPTY)).containsExactly("\n");
    var three = load("YQ==;t1;Yg==;t2;YTtifGMNCsOk/w==;t3");
    assertThat(three.contains(of("a"))).isTrue();
    assertThat(three.contains(of("b"))).isTrue();
    assertThat(three.values().getLast().toBytes())
        .isEqualTo("b".getBytes(UTF_8)); // `a;b…` sorts before `b`
    assertThat(load("YQ==;t;Yg==;t").values()).as("the same tag again").containsExactly(of("b"));
    var trailing = load("YQ==;t\n");
    assertThat(trailing.tagsOf(of("a"))).containsExactly("t\n");
    trailing.writeToFile();
    assertThat(file).hasContent("YQ==;t\n");
    for (var bad : new String[] {"\n", "YQ==;t;", "YQ==", "a;t", "YQ=;t"}) {
      assertThatThrownBy(() -> load(bad)).as(bad).isInstanceOf(ProtocolException.class);
    }
    Files.delete(file);
    assertThatThrownBy(() -> TagSet.load(file)).isInstanceOf(StorageException.class);
  }

  @Test
  @Row({"C-WriteORSetToFile", "C-S-set-write", "C-V-set-files"})
  void aFileHoldsPairsWithoutLineEnd() throws IOException {
    var set = TagSet.create(file);
    assertThat(file).isEmptyFile();
    set.addEffect(Octets.EMPTY, "TAG");
    assertThat(Files.readString(file)).isEqualTo(";TAG");
    set.addEffect(of("INBOX"), "aa1cc488-7469-4984-8f88-27adc426ab6a");
    set.removeEffect(List.of("TAG"));
    assertThat(Files.readString(file)).isEqualTo("SU5CT1g=;aa1cc488-7469-4984-8f88-27adc426ab6a");
    assertThat(Files.size(file)).isEqualTo(45);
    assertThat(TagSet.load(file).elements()).isEqualTo(set.elements());
    set.add(of("x"));
    set.add(of("y"));
    assertThat(TagSet.load(file).elements()).hasSize(3).isEqualTo(set.elements());
  }

  @Test
  @Row("C-GetAllValues")
  void valuesComeOnceInTheOrderOfTheirBytes() {
    var set = TagSet.inMemory();
    // as UTF-16 the emoji would come before U+FFFD; as bytes it comes after
    for (var value : List.of("\ud83d\ude00", "\ufffd", "b", "a", "a")) {
      set.add(of(value));
    }
    assertThat(set.values()).containsExactly(of("a"), of("b"), of("\ufffd"), of("\ud83d\ude00"));
  }

  @Test
  @Row({"C-AddEffect", "C-S-add-effect"})
  void anAddingFromElsewhereIsPutIn() {
    var set = TagSet.inMemory();
    for (var tag : List.of("1", "tag", "\ud83d\ude00-tag")) {
      set.addEffect(of("v"), tag);
      set.addEffect(of("v"), tag);
    }
    assertThat(set.tagsOf(of("v"))).containsExactly("1", "tag", "\ud83d\ude00-tag");
    set.addEffect(of("w"), "1");
    assertThat(set.tagsOf(of("v"))).doesNotContain("1");
    assertThat(set.tagsOf(of("w"))).containsExactly("1");
  }

  @Test
  @Row({"C-Add", "C-S-add"})
  void anAddingHasANewTag() {
    var set = TagSet.inMemory();
    var first = set.add(of("v"));
    var text = new String(Element.encodePairs(List.of(first)), UTF_8);
    assertThat(text).containsOnlyOnce(";").hasSizeGreaterThanOrEqualTo(37);
    set.add(of("w"));
    set.add(of("x"));
    assertThat(set.add(of("v")).tag()).isNotEqualTo(first.tag());
    assertThat(set.elements()).hasSize(4);
    var same = TagSet.inMemory(() -> "again");
    same.add(of("v"));
    assertThatThrownBy(() -> same.add(of("w"))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Row({"C-RemoveEffect", "C-S-remove-effect"})
  void aRemovalFromElsewhereTakesTheTagsItSaw() {
    var set = TagSet.inMemory();
    set.removeEffect(List.of("unknown"));
    for (int i = 0; i < 4; i++) {
      set.addEffect(of("v"), "t" + i);
    }
    set.removeEffect(List.of("unknown", "t0"));
    assertThat(set.contains(of("v"))).isTrue();
    set.removeEffect(List.of("t1", "t2", "t3"));
    assertThat(set.contains(of("v"))).isFalse();
    set.addEffect(of("v"), "t4");
    assertThat(set.contains(of("v"))).isTrue();
    set.removeEffect(List.of("t4"));
    assertThat(set.values()).isEmpty();
  }

  @Test
  @Row({"C-Remove", "C-S-remove"})
  void aRemovalTellsAllTagsOfTheValue() {
    var set = TagSet.inMemory();
    assertThat(set.remove(of("v"))).isEmpty();
    set.add(of("other"));
    set.add(of("v"));
    assertThat(set.remove(of("v"))).hasSize(1);
    for (int i = 0; i < 4; i++) {
      set.add(of("v"));
    }
    var text = new String(Element.encodePairs(set.remove(of("v"))), UTF_8);
    assertThat(text.split(";")).hasSize(8);
    assertThat(set.values()).containsExactly(of("other"));
  }

  /** After a failed adding the original's element stays; a failed removal puts back too much. */
  @Test
  @Row({"C-S-set-rollback", "C-F-11"})
  void whatCannotBeWrittenDidNotHappen() throws IOException {
    var set = TagSet.create(file);
    set.addEffect(of("v"), "t1");
    var before = Files.readString(file);
    Files.createDirectories(folder.resolve("set.log.new/in the way"));
    assertThatThrownBy(() -> set.add(of("w"))).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> set.removeEffect(List.of("t1", "never there")))
        .isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> set.addEffect(of("w"), "t1")).isInstanceOf(StorageException.class);
    assertThat(set.elements()).containsExactly(Element.of(of("v"), "t1"));
    assertThat(Files.readString(file)).isEqualTo(before);
    Files.delete(folder.resolve("set.log.new/in the way"));
    Files.delete(folder.resolve("set.log.new"));
    set.add(of("w"));
    assertThat(TagSet.load(file).elements()).isEqualTo(set.elements());
  }

  /** Replicas that pass on what they did, in causal order, against sets of tags that are seen. */
  @Test
  @Row("C-add-wins")
  void anElementIsThereIfAnAddingWasSeenByNoRemoval() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new SplittableRandom(seed);
      var next = new int[1];
      var sets = new ArrayList<TagSet>();
      var sent = new ArrayList<List<Runnable>>(); // by replica, what it has not yet seen
      Map<String, Octets> adds = new HashMap<>();
      var removed = new TreeSet<String>();
      for (int r = 0; r < 3; r++) {
        sets.add(TagSet.inMemory(() -> "t" + next[0]++));
        sent.add(new ArrayList<>());
      }
      for (int step = 0; step < 60; step++) {
        int r = random.nextInt(3);
        var value = of("v" + random.nextInt(4));
        switch (random.nextInt(4)) {
          case 0 -> {
            var added = sets.get(r).add(value);
            adds.put(added.tag(), value);
            tell(sent, sets, r, set -> set.addEffect(added.value(), added.tag()));
          }
          case 1 -> {
            var tags = sets.get(r).remove(value).stream().map(Element::tag).toList();
            removed.addAll(tags);
            tell(sent, sets, r, set -> set.removeEffect(tags));
          }
          default -> {
            if (!sent.get(r).isEmpty()) {
              sent.get(r).removeFirst().run(); // all in one order is causal, too
            }
          }
        }
      }
      sent.forEach(queue -> queue.forEach(Runnable::run));
      var expected = new TreeSet<Octets>();
      adds.forEach(
          (tag, value) -> {
            if (!removed.contains(tag)) {
              expected.add(value);
            }
          });
      for (var set : sets) {
        assertThat(set.values()).as("seed " + seed).containsExactlyElementsOf(expected);
      }
    }
  }

  private static void tell(
      List<List<Runnable>> sent,
      List<TagSet> sets,
      int from,
      java.util.function.Consumer<TagSet> effect) {
    for (int to = 0; to < sets.size(); to++) {
      if (to != from) {
        var set = sets.get(to);
        sent.get(to).add(() -> effect.accept(set));
      }
    }
  }
}
