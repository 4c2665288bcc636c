package io.sennit.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The rules of the house as ArchUnit rules; {@link HouseRulesTest} runs them over a module. */
public final class HouseRules {
  private static final Set<String> STRANDS = Set.of("grid", "mesh", "shards", "session", "causal");

  /** Who may stand on whom, beside itself: every room of the house, by its package. */
  private static final Map<String, Set<String>> FLOORS = floors();

  private static final String PURE_NAME = "io\\.sennit\\.(.+\\.)?(wire|engine)(\\..+)?\\.[^.]+";

  /** Calls by owner and method name that engines and codecs of wires must not make. */
  private static final Map<Pattern, String> FORBIDDEN_CALLS = forbiddenCalls();

  private HouseRules() {}

  /** Every room there may be, as its package under the root is called ({@code session.grpc}). */
  public static Set<String> rooms() {
    return Collections.unmodifiableSet(FLOORS.keySet());
  }

  /**
   * Rooms stand on lower floors only, and strands never on each other. A room that is not listed is
   * refused: it would have no floor.
   */
  public static ArchRule floors(String root) {
    return classes()
        .should(
            new ArchCondition<>("stand on the floors below them") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                var own = room(root, type);
                var allowed = FLOORS.get(own);
                if (allowed == null) {
                  events.add(
                      SimpleConditionEvent.violated(
                          type, type.getName() + " is in a room that HouseRules does not list"));
                  return;
                }
                for (var dependency : type.getDirectDependenciesFromSelf()) {
                  var other = room(root, dependency.getTargetClass());
                  if (!other.isEmpty() && !other.equals(own) && !allowed.contains(other)) {
                    events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                  }
                }
              }
            })
        .allowEmptyShould(true);
  }

  /** No clocks, randomness, threads, locks, unordered collections or environment in pure rooms. */
  public static ArchRule pureCalls() {
    return classes()
        .that(nameMatching(PURE_NAME))
        .should(
            new ArchCondition<>("call nothing whose result differs from run to run") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                var accesses = new java.util.ArrayList<JavaAccess<?>>();
                accesses.addAll(type.getAccessesFromSelf());
                accesses.addAll(type.getMethodReferencesFromSelf());
                accesses.addAll(type.getConstructorReferencesFromSelf());
                for (var access : accesses) {
                  var target =
                      access.getTargetOwner().getName() + "#" + access.getTarget().getName();
                  FORBIDDEN_CALLS.forEach(
                      (pattern, why) -> {
                        if (pattern.matcher(target).matches()) {
                          events.add(
                              SimpleConditionEvent.violated(
                                  type, access.getDescription() + ": " + why));
                        }
                      });
                }
              }
            })
        .allowEmptyShould(true);
  }

  /** No type of locks, executors or futures is even mentioned in pure rooms. */
  public static ArchRule pureTypes() {
    return noClasses()
        .that(nameMatching(PURE_NAME))
        .should()
        .dependOnClassesThat(
            nameMatching(
                "java\\.util\\.concurrent\\.(locks\\..*|CompletableFuture|.*Executor.*|ForkJoin.*"
                    + "|ThreadLocalRandom|CountDownLatch|Semaphore|CyclicBarrier|Phaser)"
                    + "|java\\.util\\.(Timer|TimerTask|Random|SplittableRandom)"
                    + "|java\\.lang\\.ThreadLocal"))
        .because("an engine is one thread without locks; its loop gives it time and randomness")
        .allowEmptyShould(true);
  }

  /** No {@code synchronized} methods in pure rooms; blocks are found by {@link Monitors}. */
  public static ArchRule noSynchronizedMethods() {
    return com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods()
        .that()
        .areDeclaredInClassesThat(nameMatching(PURE_NAME))
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .allowEmptyShould(true);
  }

  /** Statics of pure rooms are final and hold nothing that can change, but private arrays. */
  public static ArchRule noMutableStatics() {
    return fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat(nameMatching(PURE_NAME))
        .and(notMadeByTheCompiler())
        .should(
            new ArchCondition<>("be final and immutable") {
              @Override
              public void check(JavaField field, ConditionEvents events) {
                boolean isFinal = field.getModifiers().contains(JavaModifier.FINAL);
                boolean isPrivate = field.getModifiers().contains(JavaModifier.PRIVATE);
                boolean array = field.getRawType().isArray() && !isPrivate;
                boolean changeable =
                    field
                        .getRawType()
                        .getName()
                        .matches(
                            "java\\.util\\.((Array|Linked|Tree|Hash|Enum|Priority|Bit|Identity|Weak)"
                                + "[A-Za-z]+|concurrent\\..*)");
                if (!isFinal || array || changeable) {
                  events.add(
                      SimpleConditionEvent.violated(
                          field,
                          field.getDescription() + " can change: state of one run in the next"));
                }
              }
            })
        .allowEmptyShould(true);
  }

  /** {@code ByteBuf} appears only in the rooms that move bytes. */
  public static ArchRule byteBufStaysInside(String root) {
    var inside =
        resideInAnyPackage(
            root + "..spi..",
            root + "..loop..",
            root + "..wire..",
            root + "..engine..",
            root + ".net..",
            root + ".sim..",
            root + "..testing..",
            root + ".testkit..");
    return noClasses()
        .that(DescribedPredicate.not(inside))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("io.netty.buffer.ByteBuf")
        .allowEmptyShould(true);
  }

  /** Libraries do not print. */
  public static ArchRule noPrinting() {
    return noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.IO")
        .allowEmptyShould(true);
  }

  /** Nobody sleeps; tests await conditions or move virtual time. */
  public static ArchRule noSleep() {
    return noClasses()
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "sleeps",
                call ->
                    call.getTargetOwner().getName().equals("java.lang.Thread")
                            && call.getTarget().getName().equals("sleep")
                        || call.getTargetOwner().getName().equals("java.util.concurrent.TimeUnit")
                            && call.getTarget().getName().equals("sleep")))
        .allowEmptyShould(true);
  }

  /**
   * The room a class lives in: the longest listed one that its package begins with ({@code grid} of
   * {@code io.sennit.grid.wire}), else the first word of the package; empty for classes of others.
   */
  private static String room(String root, JavaClass type) {
    var owner = type.getBaseComponentType().getPackageName();
    if (!owner.startsWith(root + ".")) {
      return "";
    }
    var below = owner.substring(root.length() + 1);
    return FLOORS.keySet().stream()
        .filter(room -> below.equals(room) || below.startsWith(room + "."))
        .max(Comparator.comparingInt(String::length))
        .orElseGet(() -> below.split("\\.", 2)[0]);
  }

  private static DescribedPredicate<JavaField> notMadeByTheCompiler() {
    return DescribedPredicate.describe(
        "not made by the compiler",
        field ->
            !field.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !field.getName().equals("$assertionsDisabled"));
  }

  private static Map<String, Set<String>> floors() {
    var floors = new LinkedHashMap<String, Set<String>>();
    floors.put("core", Set.of());
    floors.put("testkit", Set.of("core"));
    floors.put("sim", Set.of("core", "testkit")); // its support for JUnit only
    for (var ground : List.of("net", "store")) {
      floors.put(ground, Set.of("core"));
    }
    for (var strand : STRANDS) {
      floors.put(strand, Set.of("core"));
    }
    // adapters: core, what they adapt, and one foreign library
    floors.put("session.grpc", Set.of("core", "session"));
    floors.put("zookeeper", Set.of("core", "mesh"));
    floors.put("node", with("core"));
    floors.put("admin", with("core", "node"));
    for (var top : List.of("cli", "examples", "bench")) {
      floors.put(top, with("core", "node", "admin", "sim"));
    }
    // judges: they see what they judge, and nobody sees them
    floors.put("conformance", Set.of("core", "net", "grid"));
    floors.put("stress", Set.of("core"));
    floors.put("fuzz", with("core", "net", "store", "node"));
    return floors;
  }

  /** All strands, and more. */
  private static Set<String> with(String... more) {
    var below = new TreeSet<>(STRANDS);
    below.addAll(List.of(more));
    return below;
  }

  private static Map<Pattern, String> forbiddenCalls() {
    var calls = new LinkedHashMap<Pattern, String>();
    var time = "time comes from the loop";
    forbid(calls, time, "java.lang.System#(nanoTime|currentTimeMillis)");
    forbid(
        calls,
        time,
        "java.time.(Instant|LocalDateTime|LocalDate|LocalTime|ZonedDateTime"
            + "|OffsetDateTime)#now");
    forbid(calls, time, "java.time.Clock#.*");
    var chance = "randomness comes from the loop";
    forbid(calls, chance, "java.util.UUID#randomUUID");
    forbid(calls, chance, "java.lang.Math#random");
    forbid(calls, chance, "java.util.(Random|SplittableRandom)#.*");
    forbid(calls, chance, "java.util.concurrent.ThreadLocalRandom#.*");
    forbid(calls, chance, "java.security.SecureRandom#(<init>|getInstance|getInstanceStrong)");
    forbid(calls, chance, "java.util.random.RandomGenerator#(of|getDefault)");
    var thread = "an engine has one thread, its loop";
    forbid(calls, thread, "java.lang.Thread#.*");
    forbid(calls, thread, "java.lang.Object#(wait|notify|notifyAll)");
    forbid(calls, thread, "java.util.(Collection|List|Set)#parallelStream");
    forbid(calls, thread, "java.util.stream..*#parallel");
    var order = "its order differs from run to run; take the Linked, Tree or Enum one";
    forbid(calls, order, "java.util.(HashMap|HashSet|IdentityHashMap|WeakHashMap)#<init>");
    forbid(calls, order, "java.util.(HashMap#newHashMap|HashSet#newHashSet)");
    forbid(calls, order, "java.util.(Map|Set)#(of|copyOf|ofEntries)");
    forbid(calls, order, "java.util.concurrent.ConcurrentHashMap#.*");
    forbid(
        calls,
        order,
        "java.util.stream.Collectors#(toMap|toSet|toUnmodifiableMap"
            + "|toUnmodifiableSet|groupingBy|toConcurrentMap|groupingByConcurrent)");
    forbid(calls, order, "java.lang.System#identityHashCode");
    forbid(calls, "its last bit differs between machines", "java.lang.Math#(pow|exp|log|sin|cos)");
    var place = "the machine's settings do not reach an engine";
    forbid(calls, place, "java.util.Locale#getDefault");
    forbid(calls, place, "java.time.ZoneId#systemDefault");
    forbid(calls, place, "java.util.TimeZone#getDefault");
    forbid(calls, place, "java.lang.System#(getenv|getProperty|getProperties|lineSeparator)");
    return calls;
  }

  private static void forbid(Map<Pattern, String> calls, String why, String target) {
    var dotted = target.replace(".", "\\.").replace("\\.*", ".*").replace("#.*", "#.*");
    calls.put(Pattern.compile(dotted), why);
  }
}
