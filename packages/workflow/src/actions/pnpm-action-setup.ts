import { defineAction } from './define-action.ts'
import { ownPnpm } from './own-pnpm.ts'

/** Puts the pnpm that Gantry itself depends on before PATH: no download. */
export const pnpmActionSetup = defineAction({
  uses: 'pnpm/action-setup',
  inputs: { version: '', run_install: 'false', package_json_file: 'package.json' },
  ignored: ['dest', 'standalone', 'cache', 'cache_dependency_path'],
  run: async call => {
    const { folder, version } = ownPnpm()
    call.addPath(folder)
    call.setOutput('dest', folder)
    call.setOutput('bin_dest', folder)
    call.log(`pnpm ${version} is on PATH`)
    const asked = call.input('version')
    if (asked !== '' && asked !== 'latest' && asked.split('.')[0] !== version.split('.')[0]) {
      call.notice(
        `expected pnpm ${asked}, got pnpm ${version}, the one this machine has; it follows "packageManager" by itself`,
      )
    }
    if (!['false', 'null', ''].includes(call.input('run_install'))) {
      const code = await call.exec('pnpm', ['install'])
      if (code !== 0) throw new Error(`expected pnpm install to succeed, got exit code ${code}`)
    }
  },
})
