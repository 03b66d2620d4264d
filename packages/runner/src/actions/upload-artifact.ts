import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findFiles, searchRoot } from '../file-glob/find-files.ts'
import { artifactFacts, checkArtifactName, runArtifacts, storeArtifact } from './artifact-store.ts'
import { type ActionCall, defineAction } from './define-action.ts'

/** Keeps files of a job for later jobs and for people, under the run. */
export const uploadArtifact = defineAction({
  uses: 'actions/upload-artifact',
  inputs: {
    name: 'artifact',
    path: '',
    'if-no-files-found': 'warn',
    overwrite: 'false',
    'include-hidden-files': 'false',
  },
  ignored: ['retention-days', 'compression-level', 'archive'],
  run: async call => {
    const name = call.input('name')
    checkArtifactName(name)
    const patterns = call.list('path')
    if (patterns.length === 0) throw new Error('expected upload-artifact to have a "path", got none')
    const files = findFiles(call.workspace, patterns, { hidden: call.isOn('include-hidden-files'), follow: true })
    if (files.length === 0) return nothingFound(call, patterns)
    const folder = runArtifacts(call.machine.artifactsDir, call.run.id)
    await mkdir(folder, { recursive: true })
    const existing = await artifactFacts(folder, name)
    if (existing !== undefined && !call.isOn('overwrite') && existing.attempt >= call.attempt) {
      throw new Error(`expected a new artifact name, got "${name}", which this run has already; set overwrite: true`)
    }
    const root = rootOf(call.workspace, patterns, files)
    const stored = await storeArtifact(folder, { name, attempt: call.attempt, root, files }, call.sight)
    await call.machine.sharedArtifacts?.publish(call.run.id, name, call.isOn('overwrite'))
    call.machine.keptArtifact?.(name)
    call.log(`Artifact ${name}: ${stored.files} files, sha256 ${stored.digest}`)
    call.setOutput('artifact-id', stored.digest.slice(0, 16))
    call.setOutput('artifact-digest', stored.digest)
    call.setOutput('artifact-url', '')
  },
})

function nothingFound(call: ActionCall, patterns: string[]): void {
  const message = `expected files at ${patterns.join(', ')}, got none; no artifact is kept`
  const reaction = call.input('if-no-files-found')
  if (reaction === 'error') throw new Error(message)
  if (reaction === 'warn') call.warning(message)
}

/** One search path keeps its structure below it; several keep theirs below the deepest folder they share. */
function rootOf(workspace: string, patterns: string[], files: string[]): string {
  const roots = patterns.filter(pattern => !pattern.startsWith('!')).map(pattern => searchRoot(workspace, pattern))
  const [only = workspace] = roots
  if (files.length === 1 && files[0] === only) return dirname(only)
  if (roots.length === 1) return only
  const folders = roots.map(root =>
    (statSync(root, { throwIfNoEntry: false })?.isFile() ? dirname(root) : root).split('/'),
  )
  const [first = []] = folders
  const shared = first.findIndex((part, i) => folders.some(folder => folder[i] !== part))
  return (shared < 0 ? first : first.slice(0, shared)).join('/') || '/'
}
