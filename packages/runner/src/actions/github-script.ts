import { extname, join } from 'node:path'
import { defineAction } from './define-action.ts'

/** Runs JavaScript of the workflow file in a process of its own, with the toolkit GitHub hands to it. */
export const githubScript = defineAction({
  uses: 'actions/github-script',
  inputs: {
    script: '',
    'github-token': '',
    'result-encoding': 'json',
    debug: 'false',
    'user-agent': 'actions/github-script',
    retries: '0',
    'retry-exempt-status-codes': '400,401,403,404,422',
    'base-url': '',
  },
  ignored: ['previews'],
  run: async call => {
    if (call.input('script').trim() === '') throw new Error('expected github-script to have a "script", got none')
    const inputs = Object.keys(githubScript.inputs).map(name => [`INPUT_${name.toUpperCase()}`, call.input(name)])
    const token = call.input('github-token') || call.token || call.env.GITHUB_TOKEN || ''
    const code = await call.exec(process.execPath, [host()], {
      env: { ...Object.fromEntries(inputs), 'INPUT_GITHUB-TOKEN': token },
    })
    if (code !== 0) call.fail(`the script ended with exit code ${code}`)
  },
})

/** The program that runs the script lies beside this file, as source and in the published command alike. */
function host(): string {
  return join(import.meta.dirname, `github-script-host${extname(import.meta.filename)}`)
}
