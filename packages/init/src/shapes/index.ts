import { biomeWorker } from './biome-worker.ts'
import { eslintSingle } from './eslint-single.ts'
import { frontendFolder } from './frontend-folder.ts'
import { libraryChangesets } from './library-changesets.ts'
import { libraryPrettier } from './library-prettier.ts'
import { metaFrameworks } from './meta-frameworks.ts'
import { nextFastify } from './next-fastify.ts'
import { noRootScripts } from './no-root-scripts.ts'
import type { Shape } from './shape.ts'
import { turborepo } from './turborepo.ts'
import { viteExpressJest } from './vite-express-jest.ts'

/** Repositories that `gantry init` is tried on: their plans in the unit tests, themselves in tools/try-shapes.ts. */
export const shapes: readonly Shape[] = [
  ...[biomeWorker, eslintSingle, libraryPrettier],
  ...[nextFastify, viteExpressJest, libraryChangesets, turborepo, noRootScripts, metaFrameworks, frontendFolder],
]
