import { execFile } from 'node:child_process'
import { join, posix } from 'node:path'
import { promisify } from 'node:util'
import * as z from 'zod'
import { defineExamination, type Examined, type Problem } from './examination.ts'

const Manifest = z.looseObject({
  packageManager: z.string().optional(),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
})

/** What is installed here against what the repository asks for. */
export const toolchain = defineExamination({
  name: 'toolchain',
  async examine({ top, files, nodeVersion }) {
    const manifest = manifestOf(files)
    if (manifest === null) {
      const fix = 'Go to the top of a pnpm repository, or mend the file.'
      return [{ severity: 'error', message: 'expected a package.json that can be read', fix, path: 'package.json' }]
    }
    return [
      ...lockfile(files),
      ...(await pnpm(join(top, files.base ?? ''), manifest.packageManager)),
      ...node(manifest.engines?.node, nodeVersion),
    ]
  },
})

function manifestOf(files: Examined['files']): z.output<typeof Manifest> | null {
  try {
    return Manifest.parse(JSON.parse(files.texts.get(posix.join(files.base ?? '', 'package.json')) ?? ''))
  } catch {
    return null
  }
}

function lockfile({ paths, base = '' }: Examined['files']): Problem[] {
  const has = (name: string) => [...paths].includes(posix.join(base, name))
  const others = ['package-lock.json', 'yarn.lock', 'bun.lock'].filter(has)
  return [
    ...(has('pnpm-lock.yaml')
      ? []
      : [
          {
            severity: 'error' as const,
            message: 'expected a pnpm-lock.yaml that git knows',
            fix: 'pnpm install, then git add pnpm-lock.yaml',
          },
        ]),
    ...others.map(
      (path): Problem => ({
        severity: 'warning',
        message: 'another package manager left a lockfile, which drifts from pnpm-lock.yaml',
        fix: `git rm ${path}`,
        path,
      }),
    ),
  ]
}

async function pnpm(top: string, packageManager: string | undefined): Promise<Problem[]> {
  if (packageManager === undefined) {
    return [
      {
        severity: 'warning',
        message: 'package.json does not say which pnpm it is made for, so that CI and laptops may differ',
        fix: 'Add "packageManager": "pnpm@<version>" to package.json.',
        path: 'package.json',
      },
    ]
  }
  const wanted = /^pnpm@(\d+)/.exec(packageManager)?.[1]
  if (wanted === undefined) {
    const message = `packageManager is "${packageManager}"; Gantry is for pnpm`
    return [{ severity: 'error', message, fix: 'Set it to pnpm@<version>.', path: 'package.json' }]
  }
  const here = await version(top)
  const exact = packageManager.replace(/\+.*/, '')
  if (here !== null && typeof here !== 'string') {
    const message = `pnpm --version fails here: ${here.fault}`
    return [{ severity: 'warning', message, fix: `npm install --global ${exact}, or type npx ${exact} each time` }]
  }
  if (here === null) {
    const message = 'pnpm is not on the PATH here'
    return [{ severity: 'warning', message, fix: `npm install --global ${exact}, or type npx ${exact} each time` }]
  }
  if (here.startsWith(`${wanted}.`)) return []
  const message = `pnpm ${here} is installed, the repository asks for ${exact}`
  return [{ severity: 'warning', message, fix: `npm install --global ${exact}` }]
}

/** Null without a pnpm; a pnpm that cannot even say its version (a shim without a network) says why. */
async function version(cwd: string): Promise<string | null | { fault: string }> {
  try {
    return (await promisify(execFile)('pnpm', ['--version'], { cwd, timeout: 20_000 })).stdout.trim()
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    if ('code' in cause && cause.code === 'ENOENT') return null
    const said = 'stderr' in cause ? String(cause.stderr) : ''
    return { fault: (said.trim() || cause.message).split('\n')[0] ?? '' }
  }
}

/** Only the common forms `>=20`, `^22.1`, `24.x`, `20 || 22`; anything else is not judged. */
function node(range: string | undefined, here: string): Problem[] {
  if (range === undefined) return []
  const parts = range.split('||').map(part => /^\s*(>=|\^|~)?\s*v?(\d+)(?:\.[\dx*.]+)?\s*$/.exec(part))
  if (parts.some(part => part === null)) return []
  const major = Number(here.split('.')[0])
  const fits = parts.some(part => (part?.[1] === '>=' ? major >= Number(part[2]) : major === Number(part?.[2])))
  return fits
    ? []
    : [
        {
          severity: 'error',
          message: `Node ${here} runs here, the repository asks for ${range}`,
          fix: 'Install such a Node, or `pnpm add -Dw node` to bring one with the repository.',
          path: 'package.json',
        },
      ]
}
