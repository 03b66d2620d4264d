import { libraryChangesets } from './library-changesets.ts'
import { nextFastify } from './next-fastify.ts'
import { noRootScripts } from './no-root-scripts.ts'
import type { Shape } from './shape.ts'
import { turborepo } from './turborepo.ts'
import { viteExpressJest } from './vite-express-jest.ts'

/** Repositories that `gantry init` is tried on: their plans in the unit tests, themselves in tools/try-shapes.ts. */
export const shapes: readonly Shape[] = [nextFastify, viteExpressJest, libraryChangesets, turborepo, noRootScripts]
