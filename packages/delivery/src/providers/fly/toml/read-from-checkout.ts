import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { shortSha } from '@gantry/core'
import { runCommand } from '../../run-command.ts'
import { CannotDeploy } from '../cannot-deploy.ts'
import type { FlyWork } from '../fly-work.ts'
import type { ImageParts } from '../image/image-parts.ts'
import { readFlyToml } from './fly-toml.ts'

/** What the commit says of the app: its fly.toml, and what its image is built from. @throws CannotDeploy */
export async function readFromCheckout(work: FlyWork): Promise<ImageParts> {
  const { facts, settings, context } = work
  await refuseOtherCommit(work)
  const path = settings.config ?? (facts.config.path === '.' ? 'fly.toml' : `${facts.config.path}/fly.toml`)
  const configFile = join(context.cwd, path)
  const text = await readFile(configFile, 'utf8').catch((cause: unknown) => {
    throw new CannotDeploy(
      `${path} is not in the repository: make it with \`fly launch\`, or set \`config\` in gantry.config.ts`,
      { cause },
    )
  })
  const { toml, leftOut } = readFlyToml(text)
  if (leftOut.length > 0) context.log(`${path}: no machine gets ${leftOut.join(', ')}`)
  const folder = settings.context === undefined ? dirname(configFile) : join(context.cwd, settings.context)
  return { toml, configFile, folder, dockerfile: await dockerfileOf(toml.build?.dockerfile, configFile, folder) }
}

/** The one fly.toml names, from its own folder, as flyctl reads it; else the one beside it, or that of the folder. */
async function dockerfileOf(named: string | undefined, configFile: string, folder: string): Promise<string | null> {
  if (named !== undefined) return join(dirname(configFile), named)
  for (const path of [join(dirname(configFile), 'Dockerfile'), join(folder, 'Dockerfile')]) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return null
}

/** An image of another commit under the name of this release would be promoted as if it were proven. */
async function refuseOtherCommit({ facts, context }: FlyWork): Promise<void> {
  const { cwd, env, signal } = context
  const asked = { command: 'git rev-parse HEAD', cwd, env, signal, graceMs: 1_000, onLine: () => {} }
  const { fault, lines } = await runCommand(asked)
  const [head = ''] = lines
  // Where git keeps nothing there is nothing to compare with.
  if (fault !== null || head === facts.release.sha) return
  throw new CannotDeploy(
    `the checkout is at ${shortSha(head)}, and the release is ${shortSha(facts.release.sha)}: check out its commit in the job that deploys`,
  )
}
