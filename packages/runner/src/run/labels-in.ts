/** The labels that a value of `runs-on` asks for: one, several, or a mapping with `labels` and a `group`, which counts as one more. */
export function labelsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(labelsIn)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, part]) =>
      name === 'labels' || name === 'group' ? labelsIn(part) : [],
    )
  return value === null || value === '' ? [] : [String(value)]
}
