/** What is chosen of a list: the ids, and the row that a range begins at. */
interface Selection {
  chosen: ReadonlySet<string>
  from: string | null
}

export const nothingChosen: Selection = { chosen: new Set(), from: null }

/** Chooses a row or leaves it; `isRange`: all from the row before to this one, as that one was chosen or not. */
export function toggled({ chosen, from }: Selection, ids: readonly string[], id: string, isRange: boolean): Selection {
  const [start, end] = [from === null ? -1 : ids.indexOf(from), ids.indexOf(id)]
  const next = new Set(chosen)
  if (isRange && start !== -1 && end !== -1 && start !== end) {
    const isChosen = from !== null && chosen.has(from)
    for (const each of ids.slice(Math.min(start, end), Math.max(start, end) + 1))
      if (isChosen) next.add(each)
      else next.delete(each)
  } else if (!next.delete(id)) next.add(id)
  return { chosen: next, from: id }
}

/** All of them, or none where all are chosen. */
export function toggledAll({ chosen }: Selection, ids: readonly string[]): Selection {
  return ids.every(id => chosen.has(id)) ? nothingChosen : { chosen: new Set(ids), from: null }
}

/** What is not shown any more is not chosen: nobody acts on what they do not see. */
export const chosenOf = <T extends { id: string }>({ chosen }: Selection, shown: readonly T[]): T[] =>
  chosen.size === 0 ? [] : shown.filter(({ id }) => chosen.has(id))
