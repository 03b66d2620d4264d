import { lstatSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { findFiles } from '../file-glob/find-files.ts'
import { type ActionCall, defineAction } from './define-action.ts'

/** Puts the commit of the run into the workspace, from the machine's own source. */
export const checkout = defineAction({
  uses: 'actions/checkout',
  inputs: { repository: '', ref: '', path: '.', 'fetch-depth': '1', clean: 'true', submodules: 'false', lfs: 'false' },
  ignored: [
    'token',
    'ssh-key',
    'ssh-known-hosts',
    'ssh-strict',
    'ssh-user',
    'persist-credentials',
    'filter',
    'sparse-checkout',
    'sparse-checkout-cone-mode',
    'fetch-tags',
    'show-progress',
    'set-safe-directory',
    'github-server-url',
    'allow-unsafe-pr-checkout',
  ],
  run: async call => {
    refuseOtherRepository(call)
    const dest = resolve(call.workspace, call.input('path'))
    if (relative(call.workspace, dest).startsWith('..')) {
      throw new Error(`expected path to be inside the workspace, got "${call.input('path')}"`)
    }
    await empty(call, dest)
    const asked = call.input('ref')
    const sha = asked === '' ? call.run.sha : asked
    const fetchDepth = Number.parseInt(call.input('fetch-depth'), 10)
    const ref = asked === '' ? { ref: call.run.ref } : {}
    const wanted = { sha, ...ref, fetchDepth: Number.isNaN(fetchDepth) ? 1 : fetchDepth }
    await call.deliver(dest, folder => call.machine.source.checkout(folder, wanted))
    await putSubmodules(call, dest, asked === '')
    if (call.isOn('lfs')) await putLargeFiles(call, dest)
    call.log(`Checked out ${sha}`)
    call.setOutput('commit', sha)
    call.setOutput('ref', asked === '' ? call.run.ref : asked)
  },
})

/** With the rights of the job: what runs in it may move what is being removed. */
async function empty(call: ActionCall, dest: string): Promise<void> {
  call.sight.place(dest)
  const isThere = (await readdir(dest).catch(() => [])).length > 0
  if (isThere) await call.ask('find', [dest, '-mindepth', '1', '-delete'])
}

function refuseOtherRepository(call: ActionCall): void {
  const asked = call.input('repository')
  const own = call.env.GITHUB_REPOSITORY ?? ''
  if (asked !== '' && asked.toLowerCase() !== own.toLowerCase()) {
    throw new Error(`expected repository to be this one (${own}), got "${asked}"; other repositories need the network`)
  }
}

async function putSubmodules(call: ActionCall, dest: string, isOwnRef: boolean): Promise<void> {
  const asked = call.input('submodules').toLowerCase()
  const { source } = call.machine
  if (asked !== 'true' && asked !== 'recursive') return
  if (source.submodules !== undefined && isOwnRef) await source.submodules(dest, asked === 'recursive')
  else
    call.warning(
      'expected submodules that lie on this machine, got a commit of a repository alone; they are not fetched',
    )
}

const pointer = 'version https://git-lfs.github.com/spec/'

/** Files of the working tree are there as people have them: whole, or as pointers to what they never fetched. */
async function putLargeFiles(call: ActionCall, dest: string): Promise<void> {
  if (pointersIn(dest).length > 0) await call.exec('git', ['lfs', 'pull'], { cwd: dest })
  const left = pointersIn(dest)
  if (left.length === 0) return
  throw new Error(
    `expected the content of files in Git LFS, got ${left.length} pointers (${left.slice(0, 3).join(', ')}); fetch them into the working tree: git lfs pull`,
  )
}

function pointersIn(dest: string): string[] {
  const read = (file: string): string => {
    const facts = lstatSync(file)
    return facts.isFile() && facts.size < 1_024 ? readFileSync(file, 'utf8') : ''
  }
  return findFiles(dest, ['**', '!.git/**'])
    .filter(file => read(file).startsWith(pointer))
    .map(file => relative(dest, file))
}
