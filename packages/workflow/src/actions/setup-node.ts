import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type ActionCall, defineAction } from './define-action.ts'
import { satisfiesRange } from './version-range.ts'

const run = promisify(execFile)

/** Uses a Node this machine already has; says so plainly when it is not the one asked for. */
export const setupNode = defineAction({
  uses: 'actions/setup-node',
  inputs: { 'node-version': '', 'node-version-file': '', 'registry-url': '' },
  ignored: [
    'cache',
    'cache-dependency-path',
    'check-latest',
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
    const installed = await installedNodes(call)
    const found = installed.find(({ version }) => satisfiesRange(asked, version))
    const node = found ?? installed[0]
    if (node === undefined) throw new Error(`expected Node ${asked} on this machine, got none`)
    if (found === undefined) {
      call.warning(
        `expected Node ${asked}, got Node ${node.version}, the one this machine has; GitHub would download ${asked}`,
      )
    }
    call.addPath(dirname(node.path))
    call.log(`node: ${node.version} (${node.path})`)
    call.setOutput('node-version', `v${node.version}`)
    call.setOutput('cache-hit', 'false')
    if (call.input('registry-url') !== '')
      call.warning('expected no registry-url, got one; .npmrc is left as it is here')
  },
})

function askedVersion(call: ActionCall): string {
  const version = call.input('node-version')
  const file = call.input('node-version-file')
  if (version !== '' || file === '') return version
  const path = resolve(call.workspace, file)
  const text = readFileSync(path, 'utf8')
  if (basename(path) === 'package.json') return versionInManifest(text, file)
  const line = text
    .split('\n')
    .map(each => each.trim())
    .find(each => /^(nodejs?\s+)?v?[\w./*]+$/.test(each) && !each.startsWith('#'))
  if (line === undefined)
    throw new Error(`expected ${file} to hold a Node version, got ${JSON.stringify(text.slice(0, 80))}`)
  return line.replace(/^nodejs?\s+/, '')
}

function versionInManifest(text: string, file: string): string {
  const manifest: unknown = JSON.parse(text)
  const version =
    at(manifest, 'volta', 'node') ?? at(manifest, 'devEngines', 'runtime', 'version') ?? at(manifest, 'engines', 'node')
  if (version === undefined)
    throw new Error(`expected ${file} to name a Node version in volta, devEngines or engines, got none`)
  return version
}

function at(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).find(([name]) => name === key)?.[1]
        : undefined,
    value,
  )
  return typeof found === 'string' ? found : undefined
}

/** The Node that runs Gantry first, then the one on the step's PATH. */
async function installedNodes(call: ActionCall): Promise<{ path: string; version: string }[]> {
  const own = { path: process.execPath, version: process.versions.node }
  try {
    const { stdout } = await run('node', ['-p', 'JSON.stringify([process.execPath, process.versions.node])'], {
      env: call.env,
    })
    const told: unknown = JSON.parse(stdout)
    if (Array.isArray(told)) return [own, { path: String(told[0]), version: String(told[1]) }]
  } catch {
    // No node on PATH: the own one is all there is.
  }
  return [own]
}
