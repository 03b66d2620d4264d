import { mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
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
    mkdirSync(call.sight.place(dest), { recursive: true })
    for (const name of await readdir(dest)) await rm(join(dest, name), { recursive: true, force: true })
    const asked = call.input('ref')
    const sha = asked === '' ? call.run.sha : asked
    const fetchDepth = Number.parseInt(call.input('fetch-depth'), 10)
    const ref = asked === '' ? { ref: call.run.ref } : {}
    await call.machine.source.checkout(dest, { sha, ...ref, fetchDepth: Number.isNaN(fetchDepth) ? 1 : fetchDepth })
    call.log(`Checked out ${sha}`)
    call.setOutput('commit', sha)
    call.setOutput('ref', asked === '' ? call.run.ref : asked)
  },
})

function refuseOtherRepository(call: ActionCall): void {
  const asked = call.input('repository')
  const own = call.env.GITHUB_REPOSITORY ?? ''
  if (asked !== '' && asked.toLowerCase() !== own.toLowerCase()) {
    throw new Error(`expected repository to be this one (${own}), got "${asked}"; other repositories need the network`)
  }
  for (const name of ['submodules', 'lfs']) {
    if (call.input(name) !== 'false')
      call.warning(`expected ${name} to be false, got "${call.input(name)}"; it is not fetched here`)
  }
}
