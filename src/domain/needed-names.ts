/** Read off lists and texts, not brought by anybody. */
const DERIVED = /^(size|first|last|-?\d+)$/

/**
 * Of the variables that a template reads: those that a recipient must bring, as paths into what was
 * uploaded. Ends where a path leads into a list, which cannot be asked for by name.
 */
export function neededNames(
  variables: { name: string; fallback: boolean }[],
  ours: readonly string[],
): string[] {
  const names = variables
    .filter(({ name, fallback }) => !fallback && !ours.includes(name))
    .map(({ name }) => {
      const words = name.split('.')
      const end = words.findIndex((word, at) => at > 0 && DERIVED.test(word))
      return (end === -1 ? words : words.slice(0, end)).join('.')
    })
  return [...new Set(names)].toSorted()
}
