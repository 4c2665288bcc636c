package io.sennit.bench.harness;

import java.lang.management.ManagementFactory;

/**
 * What this process has used so far.
 *
 * <p>CPU is user and system time of the whole process, so compiler and collector threads count. The
 * allocation figure is {@code ThreadMXBean.getTotalThreadAllocatedBytes}: it sums the allocation
 * counters of all of the machine's Java threads, ended ones included. A virtual thread allocates
 * from the buffer of its carrier, which is such a thread, so virtual threads are counted through
 * their carriers (a test holds this); threads that native code attached are Java threads too.
 * Direct memory is not in it.
 *
 * @param cpuNanos CPU time of the process
 * @param allocatedBytes heap bytes allocated by all threads
 */
record Usage(long cpuNanos, long allocatedBytes) {
  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
  private static final com.sun.management.ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(com.sun.management.ThreadMXBean.class);

  static Usage now() {
    return new Usage(SYSTEM.getProcessCpuTime(), THREADS.getTotalThreadAllocatedBytes());
  }

  Usage since(Usage earlier) {
    return new Usage(cpuNanos - earlier.cpuNanos, allocatedBytes - earlier.allocatedBytes);
  }
}
