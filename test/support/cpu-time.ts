/**
 * Milliseconds that this thread's processor has worked: what else the machine does makes no difference.
 */
export async function cpuMilliseconds(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

/** How long this processor counts so far, in the same unit: the measure for what must not count. */
export function countingMilliseconds(to: number): Promise<number> {
  return cpuMilliseconds(() => {
    let count = 0;
    while (count < to) count += 1;
    return count;
  });
}
