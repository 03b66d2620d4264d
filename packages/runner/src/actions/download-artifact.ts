import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { filterPattern, numericRunId } from '@gantry/workflow'
import { artifactNames, copyFolder, runArtifacts } from './artifact-store.ts'
import { type ActionCall, defineAction } from './define-action.ts'

/** Brings artifacts of this run into the workspace: one by name, or all that match. */
export const downloadArtifact = defineAction({
  uses: 'actions/download-artifact',
  inputs: { name: '', path: '.', pattern: '', 'merge-multiple': 'false', 'run-id': '' },
  ignored: ['github-token', 'repository', 'artifact-ids', 'digest-mismatch', 'skip-decompress'],
  run: async call => {
    const folder = runArtifacts(call.machine.artifactsDir, await provideRun(call))
    const names = await artifactNames(folder)
    const dest = resolve(call.workspace, call.input('path').replace(/^~(?=\/|$)/, call.env.HOME ?? '~'))
    const name = call.input('name')
    if (name !== '') {
      if (!names.includes(name))
        throw new Error(`expected one of the artifacts ${names.join(', ') || '(none)'}, got "${name}"`)
      await call.deliver(dest, to => bring(call, folder, name, to))
    } else {
      const pattern = call.input('pattern')
      const wanted = pattern === '' ? names : names.filter(filterPattern(pattern))
      await call.deliver(dest, async to => {
        for (const each of wanted) await bring(call, folder, each, call.isOn('merge-multiple') ? to : join(to, each))
      })
    }
    call.setOutput('download-path', dest)
  },
})

async function bring(call: ActionCall, folder: string, name: string, to: string): Promise<void> {
  call.log(`Artifact ${name}: ${await copyFolder(join(folder, name), to, call.sight)} files`)
}

/** The run whose artifacts are asked for; they lie in its folder then. */
async function provideRun({ machine, run, input }: ActionCall): Promise<string> {
  const { artifactsDir, sharedArtifacts } = machine
  const asked = input('run-id')
  if (sharedArtifacts === undefined) return runIdOf(artifactsDir, asked, run.id)
  const [name, pattern] = [input('name'), input('pattern')]
  const isWanted = name !== '' ? (each: string) => each === name : pattern === '' ? () => true : filterPattern(pattern)
  return sharedArtifacts.provide(asked || run.id, isWanted)
}

/** Jobs know runs by digits; folders bear the whole id. */
async function runIdOf(artifactsDir: string, asked: string, own: string): Promise<string> {
  if (asked === '') return own
  const known = [own, ...(await readdir(artifactsDir).catch(() => []))]
  return known.find(id => id === asked || numericRunId(id) === asked) ?? asked
}
