export const taskNames = ['lint', 'typecheck', 'test', 'build', 'e2e'] as const
export type TaskName = (typeof taskNames)[number]

/** How one thing is run; only lines for packages can be split between front end and back end. */
export type Command =
  /** For the repository as a whole. */
  | { kind: 'root'; line: string }
  /** The script of that name in each of these packages. */
  | { kind: 'script'; script: string; dirs: readonly string[] }
  /** A line that takes `--filter`, because turbo hands the work out. */
  | { kind: 'turbo'; line: string; task: string; dirs: readonly string[] }
  /** Lines typed in the folder of one package. */
  | { kind: 'inside'; dir: string; lines: readonly string[] }

export interface Task {
  name: TaskName
  commands: readonly Command[]
  /** Which script it is, and what was changed about it, for the person who reads the plan. */
  why: string
}

export interface LeftOut {
  name: TaskName
  reason: string
  remedy: string
}

export const isTask = (found: Task | LeftOut): found is Task => 'commands' in found

/** Names scripts go by in the wild, the usual one first. */
export const variants: Record<TaskName, readonly string[]> = {
  lint: ['lint', 'lint:check', 'lint:ci', 'check:lint', 'lint:all', 'eslint', 'biome:check', 'oxlint', 'check'],
  typecheck: [
    'typecheck',
    'type-check',
    'check-types',
    'types:check',
    'check:types',
    'type:check',
    'typecheck:ci',
    'tsc',
    'ts:check',
    'tsc:check',
    'check:ts',
    'lint:types',
    'lint:ts',
    'types',
    'check',
  ],
  test: ['test', 'test:ci', 'test:run', 'test:unit', 'unit', 'vitest', 'jest'],
  build: ['build', 'build:ci', 'build:prod', 'compile', 'bundle'],
  e2e: ['e2e', 'test:e2e', 'e2e:ci', 'test:e2e:ci', 'e2e:run', 'test:playwright', 'playwright', 'cypress:run'],
}

/** Names that mean different things in different places: only their text tells. */
export const mustMention: Partial<Record<TaskName, Record<string, RegExp>>> = {
  lint: { check: /\b(biome|eslint|oxlint|ultracite)\b/ },
  typecheck: {
    check: /\b(tsc|vue-tsc|svelte-check|astro check)\b/,
    types: /\b(tsc|vue-tsc|svelte-check)\b.*--noEmit|\b(vue-tsc|svelte-check)\b/,
  },
}
