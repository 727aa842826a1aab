/** Waits for what is to come true; throws after `withinMs`. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not so within ${withinMs} ms: ${isSo.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
