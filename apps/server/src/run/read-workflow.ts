import { GantryError } from '@gantry/core'
import { readWorkflow as read, type Workflow } from '@gantry/workflow'

type Outcome = { workflow: Workflow } | { fault: GantryError }

/**
 * Reads workflow files, each text once: a push asks for the same file to plan schedules, to find what is not set, to decide
 * whether it starts, to plan its run, to find its concurrency group and to carry it out, and so does the next push of a
 * commit that did not touch it.
 * @param mostChars of texts that are remembered; those that were not asked for longest go first
 */
export function workflowReader(readFile: typeof read, mostChars: number): (path: string, text: string) => Workflow {
  const known = new Map<string, Outcome>()
  let chars = 0
  return (path, text) => {
    const key = `${path}\n${text}`
    const before = known.get(key)
    const outcome = before ?? outcomeOf(() => readFile(path, text))
    // The newest stand last.
    known.delete(key)
    known.set(key, outcome)
    if (before === undefined) chars += key.length
    for (const oldest of known.keys()) {
      if (chars <= mostChars || oldest === key) break
      known.delete(oldest)
      chars -= oldest.length
    }
    if ('fault' in outcome) throw outcome.fault
    return outcome.workflow
  }
}

/** @throws GantryError with whatever is wrong in it; what it answers is shared, and cannot be changed */
export const readWorkflow = workflowReader(read, 4 << 20)

/** A fault of the file is remembered like its content; one of ours is not. */
function outcomeOf(work: () => Workflow): Outcome {
  try {
    return { workflow: frozen(work()) }
  } catch (cause) {
    if (cause instanceof GantryError) return { fault: cause }
    throw cause
  }
}

function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const inner of Object.values(value)) frozen(inner)
  return value
}
