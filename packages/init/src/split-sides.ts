import { withNeeds } from './prerequisites.ts'
import type { Package, RepositoryFacts, Side } from './repository.ts'

export interface Leg {
  side: Side
  dirs: readonly string[]
}

/** A list of filters that long is no longer something a person reads. */
const longestFilter = 4_000

/**
 * Front end and back end, each with the packages only it uses; nothing when the repository has only one of them.
 * A library both use goes with the back end, whose leg is usually the shorter one.
 */
export function splitSides(facts: RepositoryFacts): Leg[] | undefined {
  const apps = facts.packages.filter(({ framework }) => framework !== undefined)
  const users = new Map<string, Set<Side>>()
  for (const { dir, framework } of apps) {
    if (framework === undefined) continue
    for (const reached of withNeeds(facts, [dir])) {
      users.set(reached, (users.get(reached) ?? new Set()).add(framework.side))
    }
  }
  const sideOf = (each: Package): Side => each.framework?.side ?? sideOfLibrary(each, users.get(each.dir))
  const legs = (['front-end', 'back-end'] as const).map(side => ({
    side,
    dirs: facts.packages.filter(each => sideOf(each) === side).map(({ dir }) => dir),
  }))
  const hasBoth = legs.every(({ side }) => apps.some(({ framework }) => framework?.side === side))
  // The shell splits the list into words, so a folder that has to be quoted cannot be in it.
  const isPlain = facts.packages.every(({ dir }) => shellWord(dir) === dir)
  const isShort = legs.every(({ dirs }) => filterOf(dirs).length <= longestFilter)
  return hasBoth && isPlain && isShort ? legs : undefined
}

/** @example filterOf(['apps/web', 'packages/ui']) // '--filter ./apps/web --filter ./packages/ui' */
export const filterOf = (dirs: readonly string[]): string =>
  dirs.map(dir => `--filter ${shellWord(`./${dir}`)}`).join(' ')

/** As one word of a shell. */
export const shellWord = (text: string): string =>
  /^[\w@./:=,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

const forPages = ['react', 'react-dom', 'vue', 'svelte', '@playwright/test', 'cypress']

function sideOfLibrary({ dependencies }: Package, users: Set<Side> | undefined): Side {
  if (users?.size === 1) return users.has('front-end') ? 'front-end' : 'back-end'
  return users === undefined && forPages.some(name => dependencies.has(name)) ? 'front-end' : 'back-end'
}
