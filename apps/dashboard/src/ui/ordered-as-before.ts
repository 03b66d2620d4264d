/** The items in the order they had; those that are new are left out and counted. */
export function orderedAsBefore<T>(newest: readonly T[], order: readonly string[], idOf: (item: T) => string) {
  const byId = new Map(newest.map(item => [idOf(item), item]))
  const shown = order.flatMap(id => byId.get(id) ?? [])
  return { shown, waiting: newest.length - shown.length }
}
