import { join } from 'node:path'

/** The program of a runner of its own process: see `main.ts`. */
export const runnerMain = join(import.meta.dirname, 'main.ts')
