import { satisfiesRange } from '@gantry/workflow'
import { isRecord } from './read-workspace.ts'
import type { Chosen, Package, RepositoryFiles } from './repository.ts'

/** The last release of each line of pnpm, with the Node it runs on. Older ones than 8.3.1 break on Node 20. */
const pnpmLines: readonly { version: string; node: string }[] = [
  { version: '12.21.0', node: '>=18' },
  { version: '11.28.11', node: '>=22.13' },
  { version: '10.34.9', node: '>=18.12' },
  { version: '9.15.9', node: '>=18.12' },
  { version: '8.15.9', node: '>=16.14' },
  { version: '7.33.7', node: '>=14.6 <20' },
]

/** Lines of Node, the one to prefer first, as a version that stands for the newest of the line. */
const nodeLines = ['24.21.0', '22.22.0', '20.20.2', '18.20.8', '16.20.2'] as const

/** The pnpm a workflow installs: the pinned one, else one that reads this lockfile. */
export function choosePnpm(
  files: RepositoryFiles,
  manifest: Record<string, unknown>,
  settings: Record<string, unknown>,
): Chosen {
  const [, pinned] = /^pnpm@(\d+\.\d+\.\d+[\w.-]*)/.exec(String(manifest['packageManager'] ?? '')) ?? []
  if (pinned !== undefined) return { version: pinned, why: 'packageManager in package.json' }
  const engines = isRecord(manifest['engines']) ? manifest['engines'] : {}
  const asked = [engines['pnpm'], wantedByDevEngines(manifest)].find(each => typeof each === 'string')
  const fitting = (range: string) => pnpmLines.find(({ version }) => satisfiesRange(range, version))?.version
  if (typeof asked === 'string') {
    if (/^\d+\.\d+\.\d+$/.test(asked)) return { version: asked, why: 'engines in package.json' }
    const version = fitting(asked)
    if (version !== undefined) return { version, why: `"pnpm": "${asked}" in package.json` }
  }
  if (files.pnpmHere !== undefined) return { version: files.pnpmHere, why: 'it installed node_modules here' }
  const [, lock = ''] = /^lockfileVersion:\s*'?([\d.]+)/m.exec(files.texts.get('pnpm-lock.yaml') ?? '') ?? []
  if (lock.startsWith('5.')) return { version: '7.33.7', why: `lockfileVersion ${lock}` }
  if (lock.startsWith('6.')) return { version: '8.15.9', why: `lockfileVersion ${lock}` }
  if ('allowBuilds' in settings || lock === '') return { version: '12.21.0', why: 'no version is pinned' }
  return { version: '10.34.9', why: `no version is pinned, lockfileVersion ${lock}` }
}

/** The Node a workflow sets up: what the repository says, unless that pnpm or one of its packages cannot run on it. */
export function chooseNode(
  files: RepositoryFiles,
  manifest: Record<string, unknown>,
  packages: readonly Package[],
  pnpm: Chosen,
): { node: Chosen; notes: string[] } {
  const limits = [
    { range: nodeForPnpm(pnpm.version), by: `pnpm ${pnpm.version}` },
    ...packages.flatMap(({ nodeEngine, name }) => (nodeEngine ? [{ range: nodeEngine, by: name }] : [])),
  ]
  const broken = (version: string) => limits.filter(({ range }) => !satisfiesRange(range, full(version)))
  const said = saidVersion(files, manifest)
  const notes: string[] = []
  if (said !== undefined) {
    const against = broken(said.version)
    if (against.length === 0) return { node: said, notes }
    notes.push(`Node ${said.version} (${said.why}) does not fit ${named(against)}`)
  }
  const best = nodeLines.find(version => broken(version).length === 0)
  if (best !== undefined) {
    const [major = best] = best.split('.')
    const why = limits.length > 1 ? 'the newest LTS that pnpm and every engines field accept' : 'the newest LTS'
    return { node: { version: major, why }, notes }
  }
  const byPnpm = nodeLines.find(version => satisfiesRange(nodeForPnpm(pnpm.version), version)) ?? nodeLines[0]
  notes.push(`no Node fits everything; ${byPnpm} does not fit ${named(broken(byPnpm))}`)
  return { node: { version: byPnpm.split('.')[0] ?? byPnpm, why: 'what pnpm needs' }, notes }
}

const named = (limits: readonly { range: string; by: string }[]) =>
  limits
    .slice(0, 3)
    .map(({ range, by }) => `${by} (${range})`)
    .join(', ')

function nodeForPnpm(version: string): string {
  if (/^8\.([0-2]\.|3\.0)/.test(version)) return '>=16.14 <20'
  const [major] = version.split('.')
  return pnpmLines.find(line => line.version.split('.')[0] === major)?.node ?? '>=18'
}

/** `22` stands for the newest 22, which is what setup-node installs. */
const full = (version: string): string =>
  nodeLines.find(line => !version.includes('.') && line.startsWith(`${version}.`)) ??
  nodeLines.find(line => version.split('.').length === 2 && line.startsWith(`${version}.`)) ??
  version

function saidVersion(files: RepositoryFiles, manifest: Record<string, unknown>): Chosen | undefined {
  for (const file of ['.nvmrc', '.node-version']) {
    const version = numeric(files.texts.get(file)?.trim())
    if (version !== undefined) return { version, why: file }
  }
  const [, tool] = /^nodejs?\s+(\S+)/m.exec(files.texts.get('.tool-versions') ?? '') ?? []
  const [, mise] = /^node\s*=\s*["']([^"']+)/m.exec(files.texts.get('mise.toml') ?? '') ?? []
  const volta = isRecord(manifest['volta']) ? manifest['volta']['node'] : undefined
  const found = [
    { version: numeric(tool), why: '.tool-versions' },
    { version: numeric(mise), why: 'mise.toml' },
    { version: numeric(volta), why: 'volta in package.json' },
  ].find(({ version }) => version !== undefined)
  return found?.version === undefined ? undefined : { version: found.version, why: found.why }
}

/** `lts/iron` and the like name a line too; `node`, `latest` and `lts/*` name whatever is new. */
function numeric(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const names: Record<string, string> = { 'lts/krypton': '24', 'lts/jod': '22', 'lts/iron': '20', 'lts/hydrogen': '18' }
  const known = names[text.toLowerCase()]
  if (known !== undefined) return known
  return /^v?(\d+(?:\.\d+){0,2})$/.exec(text)?.[1]
}

function wantedByDevEngines(manifest: Record<string, unknown>): string | undefined {
  const wanted = isRecord(manifest['devEngines']) ? manifest['devEngines']['packageManager'] : undefined
  return isRecord(wanted) && wanted['name'] === 'pnpm' && typeof wanted['version'] === 'string'
    ? wanted['version']
    : undefined
}
