import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { DeployedShape } from '@gantry/init/testing'

/** Commands that build: they leave what their framework would, where it would. */
const building = ['next', 'vite', 'astro', 'remix', 'tsup', 'tsdown', 'esbuild']
/** Commands that judge or generate, and find nothing wrong. */
const judging = ['eslint', 'tsc', 'vitest', 'jest', 'standard', 'prettier']

/** Puts commands of those names in front of the PATH, for the jobs of servers that start afterwards; takes them away again. */
export async function putStandIns(shapes: readonly DeployedShape[]): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-stand-ins-'))
  const bin = join(folder, 'bin')
  const put = async (name: string, text: string) => {
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, name), `#!/bin/sh\nset -eu\n${text}\n`)
    await chmod(join(bin, name), 0o755)
  }
  for (const { files, builds } of shapes)
    for (const [dir, left] of Object.entries(builds))
      for (const [path, text] of Object.entries(left)) {
        const file = join(folder, 'built', nameIn(files), dir, path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
  const ofRepository = 'name=$(node -p "require(process.argv[1]).name" "$(git rev-parse --show-toplevel)/package.json")'
  for (const name of building)
    await put(name, `${ofRepository}\ncp -R "${folder}/built/$name/$(git rev-parse --show-prefix)." .`)
  for (const name of judging) await put(name, 'exit 0')
  // What the builder of a framework makes of it: files and routes.
  await put(
    'vercel',
    `mkdir -p .vercel/output/static\necho '{"version":3}' > .vercel/output/config.json\necho built > .vercel/output/static/index.html`,
  )
  // Without the packages of a repository there is no turbo: the scripts it would start, one after the other.
  await put('turbo', 'shift; task=$1; shift; exec pnpm -r --if-present run "$task"')
  const before = process.env['PATH']
  const pnpm = resolve(import.meta.dirname, '../../../../packages/runner/node_modules/.bin')
  process.env['PATH'] = [bin, pnpm, before].join(delimiter)
  return {
    async [Symbol.asyncDispose]() {
      process.env['PATH'] = before
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const nameIn = (files: DeployedShape['files']): string => JSON.parse(files['package.json'] ?? '{}').name
