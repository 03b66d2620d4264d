import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Sight } from '../../sandbox/sight.ts'
import type { ActionCall } from '../define-action.ts'

/** What the workflow asks for, as written; empty when it leaves the choice to the machine. */
export function askedVersion(call: ActionCall): string {
  const version = call.input('node-version')
  const file = call.input('node-version-file')
  if (file === '') return version
  if (version !== '') {
    call.warning('expected node-version or node-version-file, got both; node-version is used')
    return version
  }
  const found = versionInFile(resolve(call.workspace, file), file, call.sight)
  call.log(`Resolved ${file} as ${found}`)
  return found
}

function versionInFile(path: string, shown: string, sight: Sight): string {
  if (!existsSync(path)) throw new Error(`expected the node version file ${shown}, got none at ${path}`)
  const text = sight.readText(path)
  const manifest = mappingIn(text)
  if (manifest !== undefined) return versionInManifest(manifest, path, shown, sight)
  const line = text
    .split('\n')
    .map(each => each.replace(/#.*$/, '').trim())
    .find(each => /^(node(js)?\s+)?v?[\w./*-]+$/.test(each))
  const quoted = /^\s*node\s*=\s*["']([^"']+)["']/m.exec(text)?.[1]
  if (line === undefined && quoted === undefined) {
    throw new Error(`expected ${shown} to hold a Node version, got ${JSON.stringify(text.slice(0, 80))}`)
  }
  return quoted ?? line?.replace(/^node(js)?\s+/, '') ?? ''
}

/** In the order of GitHub: volta, devEngines, engines, then the manifest that volta extends. */
function versionInManifest(manifest: object, path: string, shown: string, sight: Sight): string {
  const version = at(manifest, 'volta', 'node') ?? versionInDevEngines(manifest) ?? at(manifest, 'engines', 'node')
  if (typeof version === 'string') return version
  const extended = at(manifest, 'volta', 'extends')
  if (typeof extended === 'string') return versionInFile(resolve(dirname(path), extended), extended, sight)
  throw new Error(`expected ${shown} to name a Node version in volta, devEngines or engines, got none`)
}

/** One runtime, or a list of which Node is one. */
function versionInDevEngines(manifest: object): unknown {
  const runtime = at(manifest, 'devEngines', 'runtime')
  const node = [runtime].flat().find(each => String(at(each, 'name')).toLowerCase() === 'node')
  return at(node, 'version')
}

function mappingIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).find(([name]) => name === key)?.[1]
        : undefined,
    value,
  )
}
