import { readScript, rewriteScript } from './read-script.ts'
import type { Package, RepositoryFacts } from './repository.ts'
import { mustMention, type TaskName, variants } from './task.ts'

/** A script that does a task, run as it is or, because it would write or wait, as these lines. */
export interface Picked {
  script: string
  text: string
  lines?: readonly string[]
}

export interface Pick {
  picked?: Picked
  /** Why scripts with a fitting name were passed over. */
  passedOver: readonly string[]
}

/** The script of one package for one task: one that only judges and ends, before one that has to be rewritten. */
export function pickScript(each: Package, name: TaskName, first?: string): Pick {
  const passedOver: string[] = []
  const names = first === undefined ? variants[name] : [first, ...variants[name].filter(other => other !== first)]
  const fitting = names.flatMap(script => {
    const text = each.scripts[script]
    if (text === undefined) return []
    const fault = faultOf(each, name, script, text)
    if (fault === undefined) return [{ script, text, ...readScript(text) }]
    passedOver.push(`${where(each)}"${script}" ${fault}`)
    return []
  })
  const sound = fitting.find(({ watches, writes }) => !watches && !(writes && name === 'lint'))
  if (sound !== undefined) return { picked: { script: sound.script, text: sound.text }, passedOver }
  for (const { script, text, watches } of fitting) {
    const lines = rewriteScript(text)
    if (lines !== undefined) return { picked: { script, text, lines }, passedOver }
    // It may repair what it judges: it is run all the same, and the difference fails the step.
    if (!watches) return { picked: { script, text }, passedOver }
    passedOver.push(`${where(each)}"${script}" waits for changes and never ends`)
  }
  return { passedOver }
}

const where = ({ dir }: Package) => (dir === '.' ? '' : `${dir}: `)

function faultOf(each: Package, name: TaskName, script: string, text: string): string | undefined {
  const { isPlaceholder, isEndToEnd } = readScript(text)
  if (isPlaceholder) return 'checks nothing'
  if (name !== 'e2e' && isEndToEnd) return 'needs a browser: it belongs to e2e'
  if (name === 'lint' && /\bnext lint\b/.test(text) && majorOf(each.dependencies.get('next')) >= 16) {
    return 'is `next lint`, which Next.js 16 took out'
  }
  const pattern = mustMention[name]?.[script]
  return pattern === undefined || pattern.test(text) ? undefined : `is something else (${text.slice(0, 40)})`
}

const majorOf = (range: string | undefined): number => Number(/(\d+)/.exec(range ?? '')?.[1] ?? 0)

/** Packages in which turbo or pnpm would run a script that waits, or one that repairs what it judges. */
export const needsRewriting = (facts: RepositoryFacts, name: TaskName, script: string): boolean =>
  facts.packages.some(({ scripts }) => {
    const text = scripts[script]
    if (text === undefined) return false
    const { watches, writes } = readScript(text)
    return (watches || (writes && name === 'lint')) && rewriteScript(text) !== undefined
  })
