import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { arch } from 'node:os'
import { dirname, join } from 'node:path'
import { newestFirst, satisfiesRange } from '@gantry/workflow'
import { programOn, writeCorepack } from '../home/job-commands.ts'
import { toolkitMatchers } from '../output/matcher/toolkit-matchers.ts'
import { type ActionCall, defineAction } from './define-action.ts'
import { installTool, publishedVersions, type RegistryTool, toolFolder } from './registry-tool.ts'
import { askedVersion } from './setup-node/asked-version.ts'
import { withoutLtsAlias } from './setup-node/lts.ts'

/** The programs of the `node` package, one package for each kind of machine. */
const registryNode: RegistryTool = { name: 'node', package: `node-${process.platform}-${arch()}` }

interface InstalledNode {
  version: string
  path: string
}

/** A Node of this machine when one fits, else the newest that fits from the npm registry, kept for later jobs. */
export const setupNode = defineAction({
  uses: 'actions/setup-node',
  inputs: {
    'node-version': '',
    'node-version-file': '',
    'check-latest': 'false',
    cache: '',
    'registry-url': '',
  },
  ignored: [
    'cache-dependency-path',
    'architecture',
    'always-auth',
    'scope',
    'token',
    'mirror',
    'mirror-token',
    'package-manager-cache',
  ],
  run: async call => {
    const asked = askedVersion(call)
    const range = withoutLtsAlias(asked, call.machine.now())
    const installed = await installedNodes(call)
    const here = installed.find(({ version }) => satisfiesRange(range, version))
    const node =
      here !== undefined && !call.isOn('check-latest') ? here : await newestNode(call, { asked, range, installed })
    call.addPath(await nodeFolder(call, node.path))
    call.log(`node: ${node.version} (${node.path})`)
    call.addMatchers(toolkitMatchers())
    call.setOutput('node-version', `v${node.version}`)
    // The stores of package managers lie on this machine and outlive the job: there is nothing to bring back.
    call.setOutput('cache-hit', 'false')
    if (call.input('cache') !== '') checkPackageManager(call, call.input('cache'))
    if (call.input('registry-url') !== '')
      call.warning('expected no registry-url, got one; .npmrc is left as it is here')
  },
})

/**
 * A folder with that Node and its npm alone. The one they lie in may hold other programs, which would come before all else,
 * and what a job puts beside `node` would stay on the machine.
 */
async function nodeFolder({ folders, deliver }: ActionCall, node: string): Promise<string> {
  const bin = join(folders.root, 'node', createHash('sha256').update(node).digest('hex').slice(0, 12), 'bin')
  await mkdir(bin, { recursive: true })
  for (const name of ['node', 'npm', 'npx']) {
    const program = join(dirname(node), name)
    if (!existsSync(program)) continue
    await rm(join(bin, name), { force: true })
    await symlink(program, join(bin, name))
  }
  await deliver(folders.bin, bin => writeCorepack(bin, dirname(node)))
  return bin
}

/** This machine's own Node, the one on the step's PATH, then those fetched for earlier jobs. */
async function installedNodes(call: ActionCall): Promise<InstalledNode[]> {
  const fetched = await readdir(join(call.machine.toolDir, registryNode.name)).catch(() => [])
  return [
    { path: process.execPath, version: process.versions.node },
    ...(await nodeOnPath(call)),
    ...newestFirst(fetched).map(version => ({ version, path: fetchedPath(toolFolder(call, registryNode, version)) })),
  ]
}

async function nodeOnPath(call: ActionCall): Promise<InstalledNode[]> {
  try {
    // It may be the job's own, and runs with no more rights than the job has.
    const told: unknown = JSON.parse(
      await call.ask('node', ['-p', 'JSON.stringify([process.execPath, process.versions.node])']),
    )
    return Array.isArray(told) ? [{ path: String(told[0]), version: String(told[1]) }] : []
  } catch {
    // No node on PATH: the own one is all there is.
    return []
  }
}

async function newestNode(
  call: ActionCall,
  { asked, range, installed }: { asked: string; range: string; installed: InstalledNode[] },
): Promise<InstalledNode> {
  const known = `${[...new Set(installed.map(({ version }) => version))].join(', ')} on this machine`
  const unreachable = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `expected Node ${asked}, got ${known} and no answer from the npm registry (${reason}); it is fetched once, with a network`,
      { cause: error },
    )
  }
  const published = await publishedVersions(call, registryNode).catch(unreachable)
  const [version] = newestFirst(published.filter(each => satisfiesRange(range, each)))
  if (version === undefined) throw new Error(`expected a version of Node, got "${asked}"; ${known} and none published`)
  const here = installed.find(each => each.version === version)
  if (here !== undefined) return here
  call.log(`Fetching Node ${version} from the npm registry`)
  const folder = await installTool(call, registryNode, version).catch(unreachable)
  return { version, path: fetchedPath(folder) }
}

function fetchedPath(folder: string): string {
  return join(folder, 'node_modules', registryNode.package, 'bin/node')
}

/** `cache:` asks the package manager for its store, so it must be there before: with GitHub's words when it is not. */
function checkPackageManager(call: ActionCall, name: string): void {
  if (!['npm', 'pnpm', 'yarn'].includes(name)) throw new Error(`expected cache to be npm, pnpm or yarn, got "${name}"`)
  const program = programOn(call.env.PATH ?? '', name)
  if (program === undefined) {
    throw new Error(
      `Unable to locate executable file: ${name}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`,
    )
  }
  const folder = dirname(program)
  if (name === 'pnpm' && !call.isFromJob(folder) && !call.isScriptedBefore('pnpm')) {
    call.warning(
      `expected pnpm to be set up before actions/setup-node with "cache: pnpm", got the one of this machine (${folder}); GitHub's have none, put pnpm/action-setup first`,
    )
  }
}
